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
    from app.cli.judging import Judge, Judged


ModelArgument = Annotated[
    str,
    typer.Argument(
        metavar="MODEL", help="A head file or folder, or PROJECT:HEAD, or PROJECT:HEAD@N.", show_default=False
    ),
]
PathsArgument = Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders.", show_default=False)]
RecursiveFlag = Annotated[bool, typer.Option("--recursive", "-r", help="Folders to their full depth.")]
MinOption = Annotated[
    float | None, typer.Option("--min", metavar="X", help="Score 0 to 10, or probability 0 to 1; inclusive.")
]
MaxOption = Annotated[float | None, typer.Option("--max", metavar="Y", help="The same, from above.")]
LabelOption = Annotated[
    str | None, typer.Option("--label", metavar="L,...", help="Of class and tags heads: the highest counts.")
]
TopOption = Annotated[int | None, typer.Option("--top", metavar="N", min=1, help="The N highest.")]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write a table too: .csv or .jsonl.")]
PlaceLater = Annotated[Path | None, typer.Option(hidden=True)]
FlagLater = Annotated[bool, typer.Option(hidden=True)]


def score(
    model: ModelArgument,
    paths: PathsArgument,
    *,
    recursive: RecursiveFlag = False,
    at_least: MinOption = None,
    at_most: MaxOption = None,
    label: LabelOption = None,
    top: TopOption = None,
    out: OutOption = None,
    encoder: EncoderOption = None,
    tiles: TilesOption = None,
    combine: CombineOption = None,
    device: DeviceOption = "auto",
    copy_to: PlaceLater = None,
    link_to: PlaceLater = None,
    move_to: PlaceLater = None,
    sheet: PlaceLater = None,
    keep_structure: FlagLater = False,
    dry_run: FlagLater = False,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Score files and filter them.

    A bad file is listed with its reason and never ends the run. Of a score head the values are 0 to 10, of the others
    probabilities.
    """
    _refuse_what_is_later(
        copy_to=copy_to, link_to=link_to, move_to=move_to, sheet=sheet, keep_structure=keep_structure, dry_run=dry_run
    )
    from app.cli.judging import Filter, check_table, list_pictures, write_table

    terminal = Terminal(json=json, quiet=quiet)
    known_device(device)
    if out is not None:
        check_table(out)
    listing = list_pictures(paths, recursive=recursive)
    judge = _judge(model, encoder, tiles, combine, device)
    wanted = Filter.of(judge, at_least=at_least, at_most=at_most, label=label, top=top)
    judged = wanted.apply(watched(lambda show, is_cancelled: judge.judge(listing, show, is_cancelled), terminal))
    if out is not None:
        write_table(out, judged)
    return terminal.answer(_answer(judged))


def _refuse_what_is_later(**options: Path | bool | None) -> None:
    for name, value in options.items():
        if value:
            raise not_yet(f"`score --{name.replace('_', '-')}`")


def _judge(model: str, encoder: str | None, tiles: str | None, combine: str | None, device: str) -> Judge:
    from app.cli.judging import load_judge
    from core.values import Combine, Tiles

    crops = choose(Tiles, tiles, "--tiles") if tiles is not None else None
    rule = choose(Combine, combine, "--combine") if combine is not None else None
    return load_judge(model, encoder=encoder, tiles=crops, combine=rule, device=device)


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
