"""score: files judged with a head file or a project's head, inside or outside any project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.later import not_yet
from app.cli.options import (
    CombineOption,
    DeviceOption,
    EncoderOption,
    JsonFlag,
    QuietFlag,
    TilesOption,
    choose,
    known_device,
)
from app.cli.session import watched
from app.cli.terminal import Answer, Failure, Terminal, as_json, table

if TYPE_CHECKING:
    from app.cli.judging import Judged


def score(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL", help="A head file or folder, or PROJECT:HEAD, or PROJECT:HEAD@N.", show_default=False
        ),
    ],
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders.", show_default=False)],
    *,
    recursive: Annotated[bool, typer.Option("--recursive", "-r", help="Folders to their full depth.")] = False,
    at_least: Annotated[
        float | None, typer.Option("--min", metavar="X", help="Score 0 to 10, or probability 0 to 1; inclusive.")
    ] = None,
    at_most: Annotated[float | None, typer.Option("--max", metavar="Y", help="The same, from above.")] = None,
    label: Annotated[
        str | None, typer.Option("--label", metavar="L,...", help="Of class and tags heads: the highest counts.")
    ] = None,
    top: Annotated[int | None, typer.Option("--top", metavar="N", min=1, help="The N highest.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="F.csv|.jsonl", help="Write a table too.")] = None,
    encoder: EncoderOption = None,
    tiles: TilesOption = None,
    combine: CombineOption = None,
    device: DeviceOption = "auto",
    copy_to: Annotated[Path | None, typer.Option("--copy-to", hidden=True)] = None,
    link_to: Annotated[Path | None, typer.Option("--link-to", hidden=True)] = None,
    move_to: Annotated[Path | None, typer.Option("--move-to", hidden=True)] = None,
    sheet: Annotated[Path | None, typer.Option("--sheet", hidden=True)] = None,
    keep_structure: Annotated[bool, typer.Option("--keep-structure", hidden=True)] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", hidden=True)] = False,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Score files; a bad one is listed with its reason and never ends the run."""
    later = {"--copy-to": copy_to, "--link-to": link_to, "--move-to": move_to, "--sheet": sheet}
    later_flags = {"--keep-structure": keep_structure, "--dry-run": dry_run}
    for option, value in {**later, **later_flags}.items():
        if value:
            raise not_yet(f"`score {option}`")
    from app.cli.judging import Filter, check_table, list_pictures, load_judge, write_table
    from core.values import Combine, Tiles

    terminal = Terminal(json=json, quiet=quiet)
    known_device(device)
    if out is not None:
        check_table(out)
    listing = list_pictures(paths, recursive=recursive)
    crops = choose(Tiles, tiles, "--tiles") if tiles is not None else None
    rule = choose(Combine, combine, "--combine") if combine is not None else None
    judge = load_judge(model, encoder=encoder, tiles=crops, combine=rule, device=device)
    wanted = Filter.of(judge, at_least=at_least, at_most=at_most, label=label, top=top)
    judged = watched(lambda show, is_cancelled: judge.judge(listing, show, is_cancelled), terminal)
    judged = wanted.apply(judged)
    if out is not None:
        write_table(out, judged)
    return terminal.answer(_answer(judged))


def _answer(judged: Judged) -> Answer:
    passed = [image for image in judged.images if image.passed]
    failed = tuple(Failure(one.path, one.reason) for one in judged.failed)
    document = {
        "images": [{"path": image.path, **image.said, "passed": image.passed} for image in judged.images],
        "passed": len(passed),
        "failed": as_json(failed),
    }
    shown = table(("prediction", "path"), [(image.text, image.path) for image in passed])
    return Answer(document, (shown, f"{len(passed):,} of {len(judged.images):,} passed"), failed)
