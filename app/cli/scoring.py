"""score: files judged by heads, inside or outside any project, and what is done with those that pass."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.interrupts import GOES_ON, NO_VECTOR
from app.cli.options import (
    CombineOption,
    DeviceOption,
    EncoderOption,
    JsonFlag,
    QuietFlag,
    TilesOption,
    check_crops,
    choose,
    known_device,
)
from app.cli.session import watched
from app.cli.terminal import Answer, Failure, Terminal, as_json, table
from app.cli.transferring import Wish, moved_json, moved_text, transferred
from core.errors import UserError
from core.wording import probability_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from core.scoring.answers import Judged
    from core.scoring.choice import Choice, Sieve
    from core.scoring.files import Listing
    from core.scoring.judging import Judge
    from core.scoring.seeing import Seeing
    from core.scoring.tile_answers import AskedHead

ModelArgument = Annotated[
    str,
    typer.Argument(
        metavar="MODEL", help="A head file or folder, or PROJECT:HEAD, or PROJECT:HEAD@N.", show_default=False
    ),
]
PathsArgument = Annotated[
    list[Path], typer.Argument(metavar="PATH", help="Files and folders; heads before them.", show_default=False)
]
HeadsOption = Annotated[
    list[str] | None, typer.Option("--head", metavar="MODEL", help="Another head; again for more.", show_default=False)
]
RecursiveFlag = Annotated[bool, typer.Option("--recursive", "-r", help="Folders to their full depth.")]
MinOption = Annotated[
    list[str] | None,
    typer.Option("--min", metavar="[HEAD:]X", help="Score 0 to 10, or probability 0 to 1; inclusive; again for more."),
]
MaxOption = Annotated[
    list[str] | None, typer.Option("--max", metavar="[HEAD:]Y", help="The same, from above.", show_default=False)
]
LabelOption = Annotated[
    list[str] | None,
    typer.Option("--label", metavar="[HEAD:]L,...", help="Of class and tags heads: the highest of these counts."),
]
TopOption = Annotated[int | None, typer.Option("--top", metavar="N", min=1, help="The N highest.")]
LeadOption = Annotated[
    str | None,
    typer.Option("--by", metavar="HEAD", help="Whose values --top goes by, where several heads are asked."),
]
CopyOption = Annotated[Path | None, typer.Option("--copy-to", metavar="DIR", help="Copy what passes there.")]
LinkOption = Annotated[
    Path | None,
    typer.Option("--link-to", metavar="DIR", help="Put links there, by whole paths: their folder may be moved."),
]
MoveOption = Annotated[Path | None, typer.Option("--move-to", metavar="DIR", help="Move it there.")]
StructureFlag = Annotated[bool, typer.Option("--keep-structure", help="With the folders below each PATH.")]
DryFlag = Annotated[bool, typer.Option("--dry-run", help="Say what would be copied, linked or moved, and stop.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write a table too: .csv, .jsonl or .parquet.")
]
SheetOption = Annotated[
    Path | None, typer.Option("--sheet", metavar="F.png", help="Write one picture of the first hundred that pass.")
]
NoCacheFlag = Annotated[
    bool, typer.Option("--no-cache", help="Keep no vectors in the cache folder and take none from it.")
]


def score(
    model: ModelArgument,
    paths: PathsArgument,
    *,
    heads: HeadsOption = None,
    recursive: RecursiveFlag = False,
    at_least: MinOption = None,
    at_most: MaxOption = None,
    label: LabelOption = None,
    top: TopOption = None,
    by: LeadOption = None,
    copy_to: CopyOption = None,
    link_to: LinkOption = None,
    move_to: MoveOption = None,
    keep_structure: StructureFlag = False,
    dry_run: DryFlag = False,
    out: OutOption = None,
    sheet: SheetOption = None,
    encoder: EncoderOption = None,
    tiles: TilesOption = None,
    combine: CombineOption = None,
    no_cache: NoCacheFlag = False,
    device: DeviceOption = "auto",
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Score files and filter them; copy, link or move what passes.

    A bad file is listed with its reason and never ends the run. Of a score head the values are 0 to 10, of the others
    probabilities. Each head may have limits, and what is within all of them passes: HEAD: before a limit or a label
    says whose it is; without it labels are of the first head that has them, limits of that one, else of the first.
    --top and the best first go by --by, else by the first head with limits. An image that is excluded for a head of a
    project that is asked never passes. A `.npy` file is judged as the vector it
    holds. Vectors are kept in the user's cache folder, so a call that was stopped goes on where it was. No picture is
    ever written over; `winnow putback` undoes a copy, link or move.
    """
    terminal = Terminal(json=json, quiet=quiet)
    known_device(device)
    places = {"copy": copy_to, "link": link_to, "move": move_to}
    wish = _wish(places, out, sheet, keep_structure=keep_structure, dry_run=dry_run)
    models, files = _split([model, *(heads or ())], paths)
    listing, judges = _ready(models, files, _seeing(encoder, tiles, combine, device), recursive=recursive)
    heads_asked = [judge.asked for judge in judges]
    _hint_unused_rule(terminal, heads_asked, listing, combine)
    sieve = _sieve(heads_asked, label, at_least, at_most, by=by, top=top)
    judged = sieve.apply(_judged(judges, listing, terminal, keep=not no_cache))
    return _deliver(heads_asked, sieve, judged, listing, wish, terminal)


def _wish(
    places: dict[str, Path | None],
    out: Path | None,
    sheet: Path | None,
    *,
    keep_structure: bool,
    dry_run: bool,
) -> Wish:
    """Raises UserError for what cannot be done, before any work."""
    from core.scoring.sheet import check_sheet
    from core.scoring.tables import check_table
    from core.scoring.transfers import Act

    wanted = {name: place for name, place in places.items() if place is not None}
    if len(wanted) > 1:
        raise UserError(f"{' and '.join(f'--{name}-to' for name in wanted)} exclude each other", "choose one of them")
    if not wanted and (dry_run or keep_structure):
        option = "--dry-run" if dry_run else "--keep-structure"
        raise UserError(f"{option} is about files that are copied, linked or moved", "add --copy-to DIR, for example")
    act, folder = next(((Act(name), place) for name, place in wanted.items()), (None, None))
    if folder is not None and folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file", "name a folder")
    if out is not None:
        check_table(out)
    if sheet is not None:
        check_sheet(sheet)
    return Wish(out, sheet, act, folder, keep_structure, dry_run)


def _split(models: list[str], paths: list[Path]) -> tuple[list[str], list[Path]]:
    """Heads that stand before the paths are heads too."""
    from app.cli.judging import is_model

    files = list(paths)
    while files and is_model(str(files[0])):
        models.append(str(files.pop(0)))
    if not files:
        raise UserError("there is nothing to score", "name files or folders after the heads")
    return models, files


def _seeing(encoder: str | None, tiles: str | None, combine: str | None, device: str) -> Seeing:
    from core.scoring.seeing import Seeing
    from core.values import Combine, Tiles

    crops = choose(Tiles, tiles, "--tiles") if tiles is not None else None
    rule = choose(Combine, combine, "--combine") if combine is not None else None
    check_crops(tiles, combine)
    return Seeing(encoder, crops, rule, device)


def _ready(
    models: Sequence[str], paths: Sequence[Path], seeing: Seeing, *, recursive: bool
) -> tuple[Listing, list[Judge]]:
    from app.cli.judging import load_judges
    from core.scoring.files import check_there, list_pictures

    check_there(paths)
    return load_judges(models, seeing, lambda: list_pictures(paths, recursive=recursive))


def _hint_unused_rule(terminal: Terminal, heads: Sequence[AskedHead], listing: Listing, combine: str | None) -> None:
    from core.scoring.looking import is_vector_file
    from core.values import Tiles

    whole = all(head.tiles is Tiles.NONE for head in heads) and not any(map(is_vector_file, listing.files))
    if combine is not None and whole:
        terminal.hint("--combine changes nothing: no head that is asked looks at crops; --tiles five-crop lets it")


def _sieve(
    heads: Sequence[AskedHead],
    labels: Sequence[str] | None,
    at_least: Sequence[str] | None,
    at_most: Sequence[str] | None,
    *,
    by: str | None,
    top: int | None,
) -> Sieve:
    from app.cli.limiting import Words, sieve_of

    return sieve_of(heads, Words(labels or (), at_least or (), at_most or (), by, top))


def _judged(judges: Sequence[Judge], listing: Listing, terminal: Terminal, *, keep: bool) -> Judged:
    from app.cli.judging import excluded_files, memory_of
    from core.scoring.answers import Judged
    from core.scoring.judging import judge_files

    models = [judge.model for judge in judges]
    memory = memory_of(models, keep=keep)
    judged = watched(
        lambda show, is_cancelled: judge_files(judges, listing.files, memory, show, is_cancelled),
        terminal,
        left=GOES_ON if keep else NO_VECTOR,
    )
    return Judged(judged.images, (*listing.failed, *judged.failed), excluded_files(models, listing.files))


def _deliver(
    heads: Sequence[AskedHead], sieve: Sieve, judged: Judged, listing: Listing, wish: Wish, terminal: Terminal
) -> int:
    """What was asked for beside the answer, then the answer."""
    from core.review.telling import NEVER_REFUSED, untold_text
    from core.scoring.sheet import write_sheet
    from core.scoring.tables import write_table
    from core.scoring.verdicts import as_row, best_first, captions, said_json, short_name, untold_tags

    passed = [image for image in judged.images if image.passed]
    if wish.out is not None:
        write_table(wish.out, [as_row(heads, image) for image in passed])
    if wish.sheet is not None:
        best = best_first(passed, sieve.lead)
        write_sheet(wish.sheet, [(one.path, captions(heads, sieve.choices, one)) for one in best])
    moved = transferred(passed, listing, wish, terminal)
    for line in _bars(heads, sieve, judged):
        terminal.hint(line)
    failed = tuple(Failure(one.path, one.reason) for one in judged.failed)
    failed += tuple(Failure(path, reason) for path, reason in moved.failed) if moved is not None else ()
    document: dict[str, object] = {
        "images": [{"path": one.path, **said_json(heads, one), "passed": one.passed} for one in judged.images],
        "passed": len(passed),
        "failed": as_json(failed),
    }
    shown, lines = _shown(heads, sieve, judged)
    silent = untold_tags(heads, judged.images)
    if silent:
        document["untold"] = {model: dict.fromkeys(tags, NEVER_REFUSED) for model, tags in silent.items()}
        lines += [f"{short_name(model)}: {untold_text(tags)}" for model, tags in silent.items()]
    written = [place.as_posix() for place in (wish.out, wish.sheet) if place is not None]
    if written:
        document["written"] = written
        lines.append(f"written: {', '.join(written)}{'' if passed else ', empty: nothing passed'}")
    if moved is not None and wish.act is not None:
        document |= moved_json(moved)
        lines.append(moved_text(moved, wish))
    return terminal.answer(Answer(document, (*shown, *lines), failed))


def _shown(heads: Sequence[AskedHead], sieve: Sieve, judged: Judged) -> tuple[tuple[RenderableType, ...], list[str]]:
    """The table of what passed, best first where one number says what best is, and the line that sums it up."""
    from core.scoring.verdicts import best_first, said_text, short_name
    from core.wording import counted

    passed = [image for image in judged.images if image.passed]
    named = [choice for choice in sieve.choices if choice.labels]
    by_value = bool(named) or sieve.top is not None or not heads[sieve.lead.judge].labels
    line = f"{len(passed):,} of {len(judged.images):,} passed"
    if judged.left_out:
        line += f" ({counted(len(judged.left_out), 'excluded image')} left out)"
    if not passed:
        return (), [line, *_never_learned(heads, named, judged)]
    columns = ["prediction"] if len(heads) == 1 else [short_name(head.model) for head in heads]
    asked = [", ".join(choice.labels) for choice in named]
    rows = [
        (*said_text(heads, image), *(_percent(choice.value(image)) for choice in named), image.path)
        for image in (best_first(passed, sieve.lead) if by_value else passed)
    ]
    order = "" if len(passed) == 1 else ", best first" if by_value else ", in the order of the folders"
    shown = table((*columns, *asked, "path"), rows, numbers=asked)
    return (shown,), [line + order, *_never_learned(heads, named, judged)]


def _never_learned(heads: Sequence[AskedHead], named: Sequence[Choice], judged: Judged) -> list[str]:
    """Labels that were asked for in vain: no limit on them is met by anything."""
    return [
        f"{heads[choice.judge].name} learned nothing of {', '.join(choice.labels)}: no image is within a limit on it"
        for choice in named
        if judged.images and all(math.isnan(choice.value(image)) for image in judged.images)
    ]


def _percent(share: float) -> str:
    """A dash where nothing was learned of the labels."""
    return "–" if math.isnan(share) else probability_percent(share)


def _bars(heads: Sequence[AskedHead], sieve: Sieve, judged: Judged) -> list[str]:
    """How the answers of each head are spread: scores, or the labels that were asked for, in ten lines."""
    from core.scoring.bars import shares, spread
    from core.scoring.verdicts import decided, short_name

    lines: list[str] = []
    asked: Sequence[tuple[AskedHead, Choice]] = list(zip(heads, sieve.choices, strict=True))
    for place, (head, choice) in enumerate(asked if len(judged.images) > 1 else ()):
        if choice.labels:
            values = [choice.value(image) for image in judged.images]
            lines += [f"{short_name(head.model)}: {', '.join(choice.labels)}", *spread(values, scale=choice.scale)]
        elif head.labels:
            counts = decided(head, [image.values[place] for image in judged.images])
            lines += [short_name(head.model), *shares(head.labels, counts, total=len(judged.images))]
        else:
            scores = [image.values[place][0] * head.scale for image in judged.images]
            lines += [short_name(head.model), *spread(scores, scale=head.scale)]
    return lines
