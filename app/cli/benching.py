"""Finds the benchmarks by file name, runs them, and sets each value beside its baseline."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.options import suggestion
from app.cli.terminal import Answer, Failure, Terminal, table
from core.errors import EnvironmentProblem, UserError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from core.benchmarks import BenchOptions, BenchRow

_PACKAGES = ("core.benchmarks", "app.benchmarks")
_DRAWN = "labels"


def find_benchmarks() -> dict[str, str]:
    """Name -> module, the engine's first."""
    found: dict[str, str] = {}
    for package in _PACKAGES:
        folder = Path(str(importlib.import_module(package).__file__)).parent
        for module in sorted(pkgutil.iter_modules([str(folder)]), key=lambda module: module.name):
            if not module.name.startswith("_") and _is_benchmark(folder / f"{module.name}.py"):
                found.setdefault(module.name, f"{package}.{module.name}")
    return found


def _is_benchmark(file: Path) -> bool:
    """Told by its text, because importing all of them to list them would load torch."""
    return "\ndef run(options: BenchOptions)" in file.read_text(encoding="utf-8")


def run_benchmarks(name: str | None, options: BenchOptions, terminal: Terminal) -> Answer:
    """Run one, or all; one that cannot run here is listed with its reason."""
    if options.picture is not None and name != _DRAWN:
        raise UserError(f"only bench {_DRAWN} draws a picture", f"name {_DRAWN}, or leave --picture away")
    if options.kept is not None and name != _DRAWN:
        raise UserError(f"only bench {_DRAWN} keeps its curves", f"name {_DRAWN}, or leave --kept away")
    rows: list[BenchRow] = []
    failed: list[Failure] = []
    for each, module in _chosen(name).items():
        terminal.hint(f"bench {each}")
        try:
            rows += importlib.import_module(module).run(replace(options, tell=terminal.hint))
        except (UserError, EnvironmentProblem) as error:
            if name is not None:
                raise
            failed.append(Failure(each, str(error)))
    return Answer([asdict(row) for row in rows], (_table(rows),), tuple(failed))


def _chosen(name: str | None) -> dict[str, str]:
    found = find_benchmarks()
    if name is None:
        return found
    if name not in found:
        listed = f"choose one of {', '.join(found)}"
        raise UserError(f"there is no benchmark {name!r}", suggestion(name, found, listed))
    return {name: found[name]}


def default_data() -> Path | None:
    """The shared photographs beside the checkout, if this is one."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "data"
    return folder if folder.is_dir() else None


def _table(rows: list[BenchRow]) -> RenderableType:
    columns = ("name", "value", "unit", "baseline", "ratio", "note")
    cells = [(row.name, figure(row.value), row.unit, figure(row.baseline), figure(row.ratio), row.note) for row in rows]
    return table(columns, cells, numbers=("value", "baseline", "ratio"), sentences=("name", "unit", "note"))


def figure(value: float | None) -> str:
    """Three or four digits that matter."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
