"""export head: a version as files that others run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.learning import parse_version
from app.cli.options import JsonFlag, ProjectArgument, QuietFlag
from app.cli.session import opened
from app.cli.terminal import Answer, Terminal


def head(
    project: ProjectArgument,
    head: Annotated[str, typer.Argument(metavar="HEAD[@N]", help="A head, or one version of it.", show_default=False)],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go.", show_default=False)],
    *,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Write a version as NAME-vN.safetensors and NAME-vN.config.json, which run in the seed's scripts too."""
    name, number = parse_version(head)
    with opened(project) as engine:
        from core.exchange.heads_out import export_head, runs_in_the_seed

        asked = engine.heads.get(name)
        files = export_head(engine, asked, number, folder)
    terminal = Terminal(json=json, quiet=quiet)
    if not runs_in_the_seed(files):
        terminal.hint(f"the seed's scripts take heads of 768 values alone; this one reads those of {asked.encoder}")
    paths = [file.as_posix() for file in files]
    return terminal.answer(Answer({"files": paths}, tuple(paths)))
