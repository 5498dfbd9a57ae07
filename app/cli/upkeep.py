"""check, bench, screenshot: looking after a project and after the program itself."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import DeviceOption, JsonFlag, ProjectArgument, QuietFlag, choose, known_device
from app.cli.session import opened
from app.cli.terminal import DONE, SOME_FAILED, Answer, Terminal
from core.errors import UserError

if TYPE_CHECKING:
    from core.store.integrity import Problem

_SHOWN = 40
"""Characters of a size that is none."""


class View(StrEnum):
    """The window's views."""

    LABEL = "label"
    GRID = "grid"
    VERSIONS = "versions"
    APPLY = "apply"
    FOLDERS = "folders"
    REVIEW = "review"
    PAGES = "pages"
    INSIGHT = "insight"
    COMPARE = "compare"
    PAIRS = "pairs"


class ThemeName(StrEnum):
    LIGHT = "light"
    DARK = "dark"


def check(
    project: ProjectArgument,
    *,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be rebuilt; bring an old project up to date.")
    ] = False,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Look for damage in the database, the shards and the files."""
    from core.project.check import is_harmless

    terminal = Terminal(json=json, quiet=quiet)
    with opened(project, write=repair) as engine:
        found = engine.check(repair=repair)
    notes = [one for one in found if is_harmless(one)]
    problems = [one for one in found if not is_harmless(one)]
    standing = [one for one in problems if not one.repaired]
    document = {"ok": not standing, "problems": _as_json(problems), "notes": _as_json(notes)}
    lines = [*(_line("note", one) for one in notes), *(_line("problem", one) for one in problems)]
    count = f"{len(standing) or 'no'} {'problem' if len(standing) == 1 else 'problems'}"
    left = " left" if len(standing) < len(problems) else ""
    terminal.answer(Answer(document, (*lines, f"{count}{left}")))
    return SOME_FAILED if standing else DONE


def _as_json(problems: list[Problem]) -> list[dict[str, object]]:
    return [{"kind": one.kind, "text": one.text, "repaired": one.repaired} for one in problems]


def _line(what: str, problem: Problem) -> str:
    return f"{'repaired' if problem.repaired else what}: {problem.kind}: {problem.text}"


def bench(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="One benchmark.", show_default=False)] = None,
    *,
    shrunk: Annotated[bool, typer.Option("--quick", help="Smaller sizes; the rows say so.")] = False,
    data: Annotated[Path | None, typer.Option("--data", metavar="DIR", help="The shared photographs.")] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE.png", help="Draws the curves of labels.")
    ] = None,
    kept: Annotated[
        Path | None, typer.Option("--kept", metavar="DIR", help="Where labels keeps its curves, to go on if stopped.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0)] = 0,
    device: DeviceOption = "auto",
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Run the benchmarks, each against its baseline in the same run."""
    from app.cli.benching import default_data, run_benchmarks
    from core.benchmarks import BenchOptions

    terminal = Terminal(json=json, quiet=quiet)
    if data is not None and not data.is_dir():
        raise UserError(f"there is no folder {data}", "give the folder of the shared photographs, or leave --data out")
    options = BenchOptions(data or default_data(), seed, shrunk, known_device(device), picture, kept)
    return terminal.answer(run_benchmarks(name, options, terminal))


def screenshot(
    project: ProjectArgument,
    out: Annotated[Path, typer.Argument(metavar="OUT.png", help="The picture to write.", show_default=False)],
    *,
    view: Annotated[str, typer.Option("--view", metavar="|".join(View))] = View.LABEL.value,
    head: Annotated[
        str | None, typer.Option("--head", metavar="NAME", help="By default one with a version.", show_default=False)
    ] = None,
    size: Annotated[str, typer.Option("--size", metavar="WxH")] = "1280x800",
    theme: Annotated[str, typer.Option("--theme", metavar="light|dark")] = ThemeName.DARK.value,
    scale: Annotated[
        float | None,
        typer.Option("--scale", metavar="FACTOR", help="Interface size; by default what fits.", show_default=False),
    ] = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Draw the real window to a file; no display is needed."""
    chosen, colours, pixels = choose(View, view, "--view"), choose(ThemeName, theme, "--theme"), parse_size(size)
    if out.suffix.lower() != ".png":
        raise UserError(f"{out} is no PNG file name", "give a name that ends in .png")
    if not out.absolute().parent.is_dir():
        raise UserError(f"there is no folder {out.parent}", "make it first")
    if scale is not None and not 0.8 <= scale <= 2.5:
        raise UserError(f"--scale cannot be {scale:g}", "give a factor from 0.8 to 2.5, such as 1.25")
    from app.bootstrap import screenshot as draw
    from app.screenshots import Shot

    draw(project, out, Shot(chosen.value, pixels, colours.value, head, scale))
    return Terminal(json=json, quiet=quiet).answer(Answer({"file": out.as_posix()}, (out.as_posix(),)))


def parse_size(text: str) -> tuple[int, int]:
    """Width and height of "1280x800"."""
    width, _, height = text.lower().partition("x")
    sides = width, height
    if text.isascii() and all(side.isdecimal() and len(side) <= 4 and int(side) <= 8192 for side in sides):
        return int(width), int(height)
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    raise UserError(
        f"--size cannot be {shown!r}", "give width and height in pixels, from 720x480 to 8192x8192, such as 1280x800"
    )
