"""From the command to the first image painted on a project of 100,000, and the memory of the window by then.

Each start is a fresh interpreter that finds every module compiled, as after a first start anywhere. The baseline is a
bare QMainWindow beside an import of SQLAlchemy and NumPy.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.benchmarks._big_project import make_big_project
from core.benchmarks import BenchOptions, BenchRow
from core.errors import EnvironmentProblem

IMAGES, QUICK_IMAGES = 100_000, 2_000
STARTS = 5
_WINDOW = "from app.benchmarks._start_probe import start_window; start_window()"
_BARE = "from app.benchmarks._start_probe import start_bare; start_bare()"


def run(options: BenchOptions) -> list[BenchRow]:
    images = QUICK_IMAGES if options.quick else IMAGES
    with tempfile.TemporaryDirectory() as scratch:
        project = make_big_project(Path(scratch), images, annotations=min(1_000, images // 2), seed=options.seed)
        environment = _environment(project, compiled=Path(scratch) / "compiled")
        _start(_WINDOW, environment)  # the first start reads the program from the disk and compiles it
        windows = [_start(_WINDOW, environment) for _ in range(STARTS)]
        bare = [_start(_BARE, environment) for _ in range(STARTS)]
    note = (
        f"{images:,} images, median of {STARTS} starts with compiled modules; "
        "baseline: a bare window with SQLAlchemy and NumPy imported"
    )
    if options.quick:
        note += "; quick"
    return [
        _row("start to first image painted", "seconds", "s", windows, bare, note),
        _row("memory of the window then", "megabytes", "MB", windows, bare, note),
        BenchRow(
            "torch, scipy, alembic or transformers imported by the window",
            sum(probe["heavy"] for probe in windows),
            "modules",
            0.0,
            None,
            "0 is the target",
        ),
    ]


def _row(
    name: str, key: str, unit: str, windows: list[dict[str, float]], bare: list[dict[str, float]], note: str
) -> BenchRow:
    value = statistics.median(probe[key] for probe in windows)
    baseline = statistics.median(probe[key] for probe in bare)
    return BenchRow(name, value, unit, baseline, value / baseline, note)


def _environment(project: Path, compiled: Path) -> dict[str, str]:
    """`compiled` takes the bytecode, whether or not this environment may keep any."""
    environment = os.environ | {"WINNOW_PROBE_PROJECT": str(project), "PYTHONPYCACHEPREFIX": str(compiled)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    return environment


def _start(code: str, environment: dict[str, str]) -> dict[str, float]:
    timed = environment | {"WINNOW_PROBE_STARTED": repr(time.time())}
    done = subprocess.run([sys.executable, "-c", code], env=timed, capture_output=True, text=True, timeout=120)
    try:
        probe: dict[str, float] = json.loads(done.stdout)
    except ValueError as error:
        raise EnvironmentProblem(f"the window did not start: {done.stderr[-300:]}") from error
    return probe
