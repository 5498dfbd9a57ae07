"""import head, folders, npy: what was made elsewhere taken into a project."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.interrupts import NO_ANSWER, NO_HEAD
from app.cli.moving_in import NewHead, with_what_is_missing
from app.cli.options import (
    CombineOption,
    DeviceOption,
    EncoderOption,
    HeadArgument,
    JsonFlag,
    ProjectArgument,
    QuietFlag,
    TilesOption,
    check_crops,
    choose,
    known_device,
)
from app.cli.session import new_job, opened, watched
from app.cli.terminal import Answer, Failure, Terminal, as_json, on_one_line, table
from core.errors import UserError

if TYPE_CHECKING:
    from core.exchange.answers_in import Imported
    from core.exchange.forms import AnswersForm
    from core.exchange.numbered import Scale
    from core.exchange.preview import TreeFound
    from core.exchange.refused import Refused
    from core.jobs.exchange import HeadRead
    from core.project import Project
    from core.values import Head

SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="A .safetensors file or its folder, an aesthetic head (.pth), or OWNER/REPOSITORY/NAME of the hub.",
        show_default=False,
    ),
]
NameOption = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help="What to call the head.", show_default=False)
]

TreeArgument = Annotated[
    Path, typer.Argument(metavar="DIR", help="The folder above those that are numbered or named.", show_default=False)
]
ScaleOption = Annotated[
    tuple[float, float] | None,
    typer.Option(
        "--scale",
        metavar="MIN MAX",
        help="The folder numbers of the lowest and the highest score; kept for the next import. Else 0 10.",
        show_default=False,
    ),
]
NewKindOption = Annotated[
    str | None,
    typer.Option("--kind", metavar="class|score|tags", help="Make the head, and the project, where there is none."),
]
NewLabelsOption = Annotated[
    str | None,
    typer.Option("--labels", metavar="a,b,c", help="Of a new class or tags head, from 0 on; else by the folders."),
]


def head(
    project: ProjectArgument,
    source: SourceArgument,
    *,
    name: NameOption = None,
    encoder: EncoderOption = None,
    tiles: TilesOption = None,
    combine: CombineOption = None,
    device: DeviceOption = "auto",
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Add a released head, in force at once.

    Under the name of a head that asks the same it is that head's next version.
    """
    known_device(device)
    from app.cli.judging import find_model
    from core.encoders.devices import resolve_device
    from core.exchange.heads_in import Wish, import_head
    from core.heads.checkpoint import load_head
    from core.scoring.telling import as_told
    from core.values import Combine, Tiles

    terminal = Terminal(json=json, quiet=quiet)
    check_crops(tiles, combine)
    wish = Wish(
        name,
        encoder,
        choose(Tiles, tiles, "--tiles") if tiles is not None else None,
        choose(Combine, combine, "--combine") if combine is not None else None,
    )
    with opened(project, write=True) as engine:
        file = find_model(source)
        loaded = as_told(load_head(file, device=resolve_device(device)), file)
        job = new_job()
        added, read = watched(
            lambda show, is_cancelled: import_head(engine, loaded, wish, job, show, is_cancelled),
            terminal,
            left=NO_HEAD,
            last=True,
        )
    return terminal.answer(_head_answer(project, added, read))


def _head_answer(project: Path, head: Head, read: HeadRead) -> Answer:
    labels = [label.name for label in head.labels]
    document = {
        "head": head.name,
        "kind": head.kind.value,
        "labels": labels,
        "encoder": head.encoder,
        "tiles": head.tiles.value,
        "combine": head.combine.value,
        "version": read.number,
        "judged": read.judged,
        "replaced": None if read.replaced is None else read.replaced.number,
    }
    line = f"{head.name} v{read.number}: {head.kind.value}, {', '.join(labels) or 'brackets 0 to 10'}"
    tiles = "" if head.tiles.value == "none" else f" --tiles {head.tiles.value}"
    embed = f"`winnow embed {project.as_posix()} --encoder {head.encoder}{tiles}`"
    none_yet = f"no image is embedded with it yet: {embed}, then import it once more to judge them"
    judged = f"{read.judged:,} images judged" if read.judged else none_yet
    return Answer(document, (f"{line}, on {head.encoder}", judged, *_replaced(project, head, read)))


def _replaced(project: Path, head: Head, read: HeadRead) -> tuple[str, ...]:
    """What is in force now, what was, and how to go back to it."""
    from app.cli.words import metrics_text

    before = read.replaced
    if before is None:
        return ()
    known = f"v{before.number}, {metrics_text(before.metrics)}"
    back = f"`winnow use {project.as_posix()} {head.name}@{before.number}` goes back"
    return (f"v{read.number} is in force now, {read.metrics.by}, instead of {known}; {back}",)


def folders(
    project: ProjectArgument,
    head: HeadArgument,
    tree: TreeArgument,
    *,
    scale: ScaleOption = None,
    kind: NewKindOption = None,
    labels: NewLabelsOption = None,
    encoder: EncoderOption = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Take in images from folders named N_name, or by labels.

    Each is answered by the number of its folder, where none is numbered by the label that it is called like, all in one
    act. With --kind it is all that a move from CityClassifiers takes: project and head are made where there are none,
    without --labels with the names of the folders, in the order of their numbers. Folders that look like classes
    (0_clean, 1_noise) are no scores of a score head unless --kind score or --scale says so.
    """
    from core.exchange.forms import AnswersForm

    _check_scale(scale, kind)
    wish = NewHead(kind, labels, encoder)
    return _import(project, head, AnswersForm.FOLDERS, tree, wish, scale, Terminal(json=json, quiet=quiet))


def npy(
    project: ProjectArgument,
    head: HeadArgument,
    tree: TreeArgument,
    *,
    scale: ScaleOption = None,
    kind: NewKindOption = None,
    labels: NewLabelsOption = None,
    encoder: EncoderOption = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Take in embeddings from folders named N_name.

    Each file holds one of (1, E) or (E,) and is answered by the number of its folder, all in one act. With --kind
    project and head are made where there are none; without --encoder on one whose embeddings have this size, without
    --labels with the names of the folders. Folders that look like classes (0_clean, 1_noise) are no scores of a score
    head unless --kind score or --scale says so.
    """
    from core.exchange.forms import AnswersForm

    _check_scale(scale, kind)
    wish = NewHead(kind, labels, encoder)
    return _import(project, head, AnswersForm.NPY, tree, wish, scale, Terminal(json=json, quiet=quiet))


def _import(
    project: Path,
    head: str,
    form: AnswersForm,
    tree: Path,
    wish: NewHead,
    scale: tuple[float, float] | None,
    terminal: Terminal,
) -> int:
    from core.exchange.preview import look_at_tree

    found = look_at_tree(form, tree)
    with (
        with_what_is_missing(project, head, tree, wish, terminal, found),
        opened(project, write=True) as engine,
    ):
        asked = engine.heads.get(head)
        if wish.kind is None and scale is None:
            _check_scores(engine, asked, found)
        imported = _take(engine, asked, form, tree, scale, terminal)
    return terminal.answer(_answer(project, asked, tree, imported))


def _take(
    project: Project,
    head: Head,
    form: AnswersForm,
    tree: Path,
    scale: tuple[float, float] | None,
    terminal: Terminal,
) -> Imported:
    from core.exchange.answers_in import import_answers
    from core.jobs.exchange import ImportAnswersSpec

    read_on = _scale(project, head, scale)
    spec = ImportAnswersSpec(new_job(), str(project.folder), head, form, tree.as_posix(), (read_on.low, read_on.high))
    return watched(
        lambda show, is_cancelled: import_answers(project, spec, show, is_cancelled),
        terminal,
        left=NO_ANSWER,
        last=True,
    )


def _check_scale(given: tuple[float, float] | None, kind: str | None) -> None:
    """Raises UserError for what cannot be, before anything is made."""
    from core.exchange.numbered import Scale
    from core.values import HeadKind

    if given is not None:
        Scale(*given)
        if kind not in (None, HeadKind.SCORE.value):
            raise UserError(f"--scale means nothing for a {kind} head", "leave it out")


def _check_scores(project: Project, head: Head, found: TreeFound) -> None:
    """Raises UserError where folders of classes would become scores; an export of ours says of each file what it is."""
    from core.exchange.preview import check_scores

    if not found.said:
        check_scores(head, _scale(project, head, None), [folder.sample for folder in found.folders])


def _scale(project: Project, head: Head, given: tuple[float, float] | None) -> Scale:
    """As said now, else as said at an earlier import, else brackets; never from which folders there are."""
    from core.exchange.numbered import Scale
    from core.values import HeadKind

    if given is None:
        return Scale(*(project.heads.scale(head.head_id) or ()))
    if head.kind is not HeadKind.SCORE:
        raise UserError(f"--scale means nothing for the {head.kind.value} head {head.name}", "leave it out")
    return Scale(*given)


def _answer(project: Path, head: Head, tree: Path, imported: Imported) -> Answer:
    from app.cli.words import gave_way, gave_way_lines, label_names, value_json, value_text
    from core.exchange.folder_names import misnamed, told
    from core.exchange.preview import VARIOUS
    from core.exchange.refused import refused_by_folder

    names, changes, read = label_names(head), imported.changes, imported.read
    refused = refused_by_folder(tree, read.failed)
    read_as = [(one.name, VARIOUS if one.value is None else value_text(one.value, names)) for one in read.folders]
    warning = told(misnamed(read_as, [label.name for label in head.labels]))
    document = {
        "head": head.name,
        "annotated": len(changes.annotated),
        "unchanged": changes.unchanged,
        **gave_way(changes),
        "without_picture": read.without_picture,
        "evaluation": len(read.evaluation),
        "scale": None if read.scale is None else dict(zip(("low", "high"), read.scale, strict=True)),
        "folders": [
            {"folder": one.name, "value": value_json(one.value, names), "images": one.images} for one in read.folders
        ],
        "warnings": [warning] if warning else [],
        "failed": as_json(Failure(path, reason) for path, reason in read.failed),
    }
    rows = [(*said, f"{one.images:,}") for said, one in zip(read_as, read.folders, strict=True)]
    taken = {one.name for one in read.folders}
    left = Counter[str]()
    for one in refused:
        left[one.folder] += one.files if one.folder not in taken else 0
    rows += [(folder, "refused", f"{files:,}") for folder, files in left.items() if folder and files]
    lines = [
        *_told_of(imported),
        *gave_way_lines(changes, project),
        *([f"warning: {on_one_line(warning)}"] if warning else []),
    ]
    failed = tuple(_failure(one) for one in refused)
    return Answer(document, (table(("folder", "read as", "files"), rows, numbers=("files",)), *lines), failed)


def _told_of(imported: Imported) -> list[str]:
    """What stands below the table of folders."""
    read, changes, lines = imported.read, imported.changes, list[str]()
    if read.scale is not None:
        lines += ["numbers read as {:g} (worst) to {:g} (best); --scale says others".format(*read.scale)]
    lines += [f"{len(changes.annotated):,} annotated, {changes.unchanged:,} unchanged"]
    if alone := read.without_picture:
        lines += [f"{alone:,} of them known by their vector alone, which teach but are never shown"]
    if judges := len(read.evaluation):
        lines += [f"{judges:,} of them from evaluation files, which `--recipe seed-faithful` judges by"]
    return lines


def _failure(refused: Refused) -> Failure:
    """On a terminal: one line for a folder."""
    if refused.files == 1:
        return Failure(refused.path, refused.reason)
    return Failure(f"{refused.folder}: {refused.files:,} files", refused.reason)
