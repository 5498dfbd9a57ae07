"""annotate, undo, history: the log of annotations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import HeadArgument, JsonFlag, LimitOption, ProjectArgument, QuietFlag, choose
from app.cli.session import opened
from app.cli.terminal import Answer, Failure, Terminal, as_json, table
from core.errors import UserError
from core.wording import counted

if TYPE_CHECKING:
    from core.project import Project
    from core.values import Annotation, AnnotationId, FieldValue, ImageId, LabelId


def annotate(
    project: ProjectArgument,
    head: HeadArgument,
    *,
    file: Annotated[
        Path | None, typer.Option("--from", metavar="FILE.csv", help="Columns path,value.", show_default=False)
    ] = None,
    pairs: Annotated[
        Path | None,
        typer.Option("--pairs", metavar="FILE.csv", help="Columns left,right,winner.", show_default=False),
    ] = None,
    source: Annotated[str, typer.Option("--source", metavar="WHO", help="human, import or synthetic.")] = "import",
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Annotate from a CSV file with the columns path,value.

    A path is as the program shows it, or below an image folder. A value is a label's name or number (from 0: label 0 is
    key 1 in the window), a score from 0 to 10 (halves allowed), or tags as a;b;-c: yes to a and b, no to c, the others
    unknown. -* says no to every tag that is not named; alone it says that none applies. All of the file is one act,
    which one undo takes back.

    --pairs takes judged pairs of a score head instead: the winner is left, right, tie, skipped, or one of the two
    paths. They train the head together with its scores.
    """
    from app.cli.pairing import annotate_pairs
    from core.exchange.annotations_csv import read_annotations
    from core.values import Source

    who = choose(Source, source, "--source")
    if who is Source.UNIFIED:
        raise UserError("--source cannot be 'unified'", "`winnow head unify` takes answers over from other heads")
    if (file is None) == (pairs is None):
        raise UserError("one file is wanted", "give --from FILE.csv with answers, or --pairs FILE.csv with pairs")
    if pairs is not None:
        return Terminal(json=json, quiet=quiet).answer(annotate_pairs(project, head, pairs, who))
    assert file is not None
    _require_file(file)
    with opened(project, write=True) as engine:
        asked = engine.heads.get(head)
        values, problems = read_annotations(file, engine, asked)
        changes = engine.annotations.annotate(asked.head_id, values, source=who)
    failed = tuple(Failure(path, reason) for path, reason in problems)
    document = {"annotated": len(changes.annotated), "unchanged": changes.unchanged, "failed": as_json(failed)}
    line = f"{len(changes.annotated):,} annotated, {changes.unchanged:,} unchanged"
    terminal = Terminal(json=json, quiet=quiet)
    if not values and not failed:
        terminal.hint(f"{file} has no rows below its first line, path,value: there is nothing to annotate")
    taken = () if values or not failed else ("nothing was taken: no row of the file can be used",)
    return terminal.answer(Answer(document, (line, *taken), failed))


def _require_file(file: Path) -> None:
    if file.is_dir():
        raise UserError(f"{file} is a folder", "give a CSV file with the columns path,value")
    if not file.exists():
        raise UserError(f"there is no file {file}", "give a CSV file with the columns path,value")


def undo(
    project: ProjectArgument,
    *,
    count: Annotated[int, typer.Option("-n", metavar="N", min=1, help="Acts to take back.")] = 1,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Take back the last act, or the last N.

    An import is one act. The log is only ever added to: taking back is written there too.
    """
    terminal = Terminal(json=json, quiet=quiet)
    images: set[ImageId] = set()
    done = 0
    with opened(project, write=True) as engine:
        while done < count:
            changes = engine.annotations.undo()
            if changes.act is None:
                break
            images |= changes.annotated
            done += 1
    document = {"undone": done, "asked": count, "images": len(images)}
    return terminal.answer(Answer(document, (_undone(done, count, len(images)),)))


def _undone(done: int, asked: int, images: int) -> str:
    """What was taken back, and that there was no more where more was asked for."""
    if not done:
        return "nothing to take back"
    line = f"{counted(done, 'act')} taken back, {counted(images, 'image')}"
    return line if done == asked else f"{line}; there were no more of the {asked} asked for"


def history(
    project: ProjectArgument,
    *,
    head: Annotated[str | None, typer.Option("--head", metavar="H", help="Of one head.", show_default=False)] = None,
    limit: LimitOption = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Show the log of annotations, newest first. Pairs stand in it with the image they were compared to."""
    from app.cli.pairing import pair_entries

    with opened(project) as engine:
        asked = engine.heads.get(head) if head is not None else None
        rows = engine.annotations.history(asked.head_id if asked else None, limit)
        entries = _entries(engine, list(rows)) + pair_entries(engine, asked, limit)
    entries.sort(key=lambda entry: (entry.act, entry.number), reverse=True)
    document, lines = [one.document for one in entries[:limit]], [one.line for one in entries[:limit]]
    columns = ("id", "at", "image", "head", "value", "source", "retracts")
    return Terminal(json=json, quiet=quiet).answer(Answer(document, (table(columns, lines, numbers=("id",)),)))


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log as JSON and as a row of the table."""

    act: int
    number: int
    document: dict[str, object]
    line: tuple[object, ...]


def _entries(project: Project, rows: list[Annotation]) -> list[Entry]:
    """The log of answers and marks."""
    from app.cli.words import value_json

    asked = {row.head_id for row in rows if row.head_id is not None}
    heads = {head_id: (project.heads.name_of(head_id), project.heads.label_names(head_id)) for head_id in asked}
    images = {image.image_id: image.path for image in project.images.get([row.image_id for row in rows])}
    retracted = project.annotations.values(row.retracts for row in rows if row.retracts is not None)
    found: list[Entry] = []
    for row in rows:
        name, names = heads[row.head_id] if row.head_id is not None else (None, {})
        at, path = row.at.isoformat(), images.get(row.image_id, f"image {row.image_id}")
        text = _text(row, names, retracted)
        document: dict[str, object] = {
            "id": row.annotation_id,
            "at": at,
            "image": path,
            "head": name,
            "field": row.field.value,
            "value": value_json(row.value, names),
            "source": row.source.value,
            "retracts": row.retracts,
            "act": row.act_id,
        }
        line = (row.annotation_id, shown_at(row.at), path, name or "", text, row.source.value, row.retracts or "")
        found.append(Entry(row.act_id, row.annotation_id, document, line))
    return found


def shown_at(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


def _text(row: Annotation, names: dict[LabelId, str], retracted: dict[AnnotationId, FieldValue]) -> str:
    """The answer alone, or a flag with its name; of an undo what it took back."""
    from app.cli.words import value_text
    from core.values import Field

    text = value_text(row.value if row.retracts is None else retracted[row.retracts], names)
    said = text if row.field is Field.ANSWER else f"{row.field.value} {text}"
    return said if row.retracts is None else f"taken back: {said or 'no answer'}"
