"""route: a class head picks which score head judges each image."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.interrupts import GOES_ON, NO_VECTOR
from app.cli.options import DeviceOption, JsonFlag, QuietFlag, known_device
from app.cli.scoring import NoCacheFlag, OutOption, RecursiveFlag
from app.cli.session import watched
from app.cli.terminal import Answer, Failure, Terminal, as_json, table
from core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.scoring.answers import UnscoredFile
    from core.scoring.judging import Judge
    from core.scoring.routing import Routed

ByOption = Annotated[
    str, typer.Option("--by", metavar="MODEL", help="The class head that decides: a file or PROJECT:HEAD.")
]
UseOption = Annotated[
    list[str], typer.Option("--use", metavar="LABEL=MODEL", help="The score head of a label; again for each label.")
]


def route(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders.", show_default=False)],
    *,
    by: ByOption,
    use: UseOption,
    recursive: RecursiveFlag = False,
    out: OutOption = None,
    no_cache: NoCacheFlag = False,
    device: DeviceOption = "auto",
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Let a class head pick which score head judges each image.

    Photographs may go to one head and drawings to another. An image whose label has no head keeps its label and gets
    no score. A bad file is listed with its reason and never ends the run.
    """
    terminal = Terminal(json=json, quiet=quiet)
    known_device(device)
    named = _named(use)
    from app.cli.judging import load_judges, memory_of
    from core.scoring.files import list_pictures
    from core.scoring.routing import route_files
    from core.scoring.seeing import Seeing
    from core.scoring.tables import check_table

    if out is not None:
        check_table(out)
    models, seeing = [by, *named.values()], Seeing(device=device)
    listing, loaded = load_judges(models, seeing, lambda: list_pictures(paths, recursive=recursive))
    judges = {judge.model: judge for judge in loaded}
    chosen = {label: judges[model] for label, model in named.items()}
    _check(judges[by], chosen)
    memory = memory_of(list(judges), keep=not no_cache)
    routed = watched(
        lambda show, is_cancelled: route_files(judges[by], chosen, listing.files, memory, show, is_cancelled),
        terminal,
        left=NO_VECTOR if no_cache else GOES_ON,
    )
    return _deliver(routed, [*listing.failed, *routed.failed], out, terminal)


def _named(use: Sequence[str]) -> dict[str, str]:
    """Label -> model."""
    named: dict[str, str] = {}
    for text in use:
        label, mark, model = text.partition("=")
        if not mark or not label.strip() or not model:
            raise UserError(f"--use cannot be {text!r}", "write LABEL=MODEL")
        if label.strip() in named:
            raise UserError(f"--use names {label.strip()!r} twice", "one head judges a label")
        named[label.strip()] = model
    return named


def _check(by: Judge, use: Mapping[str, Judge]) -> None:
    """Raises UserError where a head cannot play its part."""
    from core.values import HeadKind

    if by.head.kind is not HeadKind.CLASS:
        raise UserError(f"{by.model} is a {by.head.kind} head", "--by takes a class head")
    for label, judge in use.items():
        if label not in by.head.labels:
            raise UserError(f"{by.model} has no label {label!r}", f"it has {', '.join(by.head.labels)}")
        if judge.head.kind is not HeadKind.SCORE:
            raise UserError(f"{judge.model} is a {judge.head.kind} head", "--use takes score heads")


def _deliver(routed: Routed, unscored: Sequence[UnscoredFile], out: Path | None, terminal: Terminal) -> int:
    from core.scoring.tables import write_table

    images = [
        {
            "path": image.path,
            "label": image.label,
            "model": image.model,
            "score": image.score,
        }
        for image in routed.images
    ]
    if out is not None:
        write_table(out, images)
    failed = tuple(Failure(one.path, one.reason) for one in unscored)
    rows = [
        (image.label, image.model or "", "" if image.score is None else f"{image.score:.1f}", image.path)
        for image in routed.images
    ]
    shown = table(("label", "head", "score", "path"), rows, numbers=("score",))
    return terminal.answer(Answer({"images": images, "failed": as_json(failed)}, (shown,), failed))
