"""scan: looks at the folders again and says what is different."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import JsonFlag, ProjectArgument, QuietFlag
from app.cli.pictures import ImagesOption, merged_text, standing_failures
from app.cli.session import new_job, opened, run
from app.cli.terminal import Answer, Terminal, as_json
from core.errors import UserError
from core.wording import counted

if TYPE_CHECKING:
    from core.project import Project

RelocateOption = Annotated[
    tuple[Path, Path] | None,
    typer.Option("--relocate", metavar="OLD NEW", help="The images of OLD now lie in NEW.", show_default=False),
]


def scan(
    project: ProjectArgument,
    *,
    images: ImagesOption = None,
    relocate: RelocateOption = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Look again: new, changed, missing and moved files, duplicates."""
    from core.store.roots import check_image_folder

    terminal = Terminal(json=json, quiet=quiet)
    job = new_job()
    with opened(project, write=True) as engine:
        for folder in (*(images or ()), *((relocate[1],) if relocate is not None else ())):
            check_image_folder(folder.as_posix(), engine.folder)  # all before the first is taken in
        if relocate is not None:
            _relocate(engine, relocate[0].as_posix(), relocate[1].as_posix(), terminal)
        if images:
            engine.add_roots([folder.as_posix() for folder in images])
        run(engine, engine.scan_spec(job), terminal)
        report = engine.scans.report(job)
        failed = standing_failures(engine)
    if report.duplicates:
        terminal.hint(merged_text(report.duplicates))
    if report.missing:
        terminal.hint(_missing(report.missing, project))
    counts = {
        "added": report.added,
        "changed": report.changed,
        "missing": report.missing,
        "moved": report.moved,
        "returned": report.returned,
        "duplicates": report.duplicates,
    }
    line = ", ".join(f"{count:,} {name.removesuffix('s') if count == 1 else name}" for name, count in counts.items())
    line += f", {len(failed):,} failed" if failed else ""
    return terminal.answer(Answer({**counts, "failed": as_json(failed)}, (line,), failed))


def _missing(images: int, project: Path) -> str:
    told = f"{counted(images, 'known image is', 'known images are')} missing"
    return f"{told}; `winnow scan {quote(project.as_posix())} --images DIR` takes in the folder that holds them now"


def _relocate(project: Project, old: str, new: str, terminal: Terminal) -> None:
    """Most of the images of `old` have to lie in `new`; what does not is said before."""
    from core.project.moved import look_at_moved

    moved = look_at_moved(project, old, new)
    if not moved.holds_most:
        others = f"`winnow scan {quote(project.shown)} --images {quote(new)}` adds it beside"
        raise UserError(moved.text, f"name the folder that holds most of them, or {others}")
    if moved.found < moved.known:
        terminal.hint(moved.text)
    project.relocate(old, new)
