"""undo, redo, history: the log of whatever was done, by hand or by a command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import JsonFlag, LimitOption, ProjectArgument, QuietFlag
from app.cli.session import opened
from app.cli.terminal import Answer, Terminal, table
from core.wording import counted

if TYPE_CHECKING:
    from pathlib import Path

    from core.edits import HeadEdit
    from core.project import Project
    from core.values import Annotation, AnnotationId, FieldValue, Head, ImageId, LabelId

CountOption = Annotated[int, typer.Option("-n", metavar="N", min=1, help="Acts.")]
_NAMED = 20
"""Acts that are named one by one."""


def undo(project: ProjectArgument, *, count: CountOption = 1, json: JsonFlag = False, quiet: QuietFlag = False) -> int:
    """Take back the last act, or the last N.

    Answers, marks, pairs, edits of a head and another version in force are acts; an import is one. The log is only ever
    added to: taking back is written there too. To take back that a head was made hides it with its versions.
    """
    return Terminal(json=json, quiet=quiet).answer(_turn(project, count, redo=False))


def redo(project: ProjectArgument, *, count: CountOption = 1, json: JsonFlag = False, quiet: QuietFlag = False) -> int:
    """Do again what undo took back last.

    Or the last N; unless something else was done since.
    """
    return Terminal(json=json, quiet=quiet).answer(_turn(project, count, redo=True))


def _turn(project: Path, count: int, *, redo: bool) -> Answer:
    from core.project.act_words import name_act

    images: set[ImageId] = set()
    named: list[str] = []
    with opened(project, write=True) as engine:
        while len(named) < count:
            changes = engine.annotations.redo() if redo else engine.annotations.undo()
            if changes.act is None:
                break
            images |= changes.annotated
            head = "" if changes.head is None else engine.heads.name_of(changes.head)
            what = counted(len(changes.annotated), "image") if changes.annotated else head
            named.append(f"{name_act(engine, changes.act, changes.head)} · {what}")
    done = "redone" if redo else "undone"
    document = {done: len(named), "asked": count, "images": len(images), "acts": named}
    more = [f"and {len(named) - _NAMED:,} more"] if len(named) > _NAMED else []
    return Answer(document, (*named[:_NAMED], *more, _summed(len(named), count, len(images), redo=redo)))


def _summed(done: int, asked: int, images: int, *, redo: bool) -> str:
    """How much was turned, and that there was no more where more was asked for."""
    if not done:
        return "nothing to do again" if redo else "nothing to take back"
    line = f"{counted(done, 'act')} {'done again' if redo else 'taken back'}, {counted(images, 'image')}"
    return line if done == asked else f"{line}; there were no more of the {asked} asked for"


def history(
    project: ProjectArgument,
    *,
    head: Annotated[str | None, typer.Option("--head", metavar="H", help="Of one head.", show_default=False)] = None,
    limit: LimitOption = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Show the log of whatever was done, newest first.

    Pairs stand in it with the image they were compared to, edits of a head and versions put in force without one.
    """
    from app.cli.pairing import pair_entries

    with opened(project) as engine:
        asked = engine.heads.get(head) if head is not None else None
        rows = engine.annotations.history(asked.head_id if asked else None, limit)
        entries = _entries(engine, list(rows)) + pair_entries(engine, asked, limit) + _edits(engine, asked, limit)
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


def _edits(project: Project, head: Head | None, limit: int | None) -> list[Entry]:
    """What was done to heads and their versions."""
    edits = project.edits.history(head.head_id if head is not None else None, limit)
    names = {head_id: project.heads.name_of(head_id) for head_id in {edit.head_id for edit in edits}}
    return [_edit(edit, names[edit.head_id]) for edit in edits]


def _edit(edit: HeadEdit, name: str) -> Entry:
    document: dict[str, object] = {
        "id": edit.edit_id,
        "at": edit.at.isoformat(),
        "image": None,
        "head": name,
        "field": "head",
        "value": edit.said if edit.retracts is None else None,
        "source": edit.source.value,
        "retracts": edit.retracts,
        "act": edit.act_id,
    }
    text = edit.said if edit.retracts is None else f"taken back: {edit.said}"
    line = (edit.edit_id, shown_at(edit.at), "", name, text, edit.source.value, edit.retracts or "")
    return Entry(edit.act_id, edit.edit_id, document, line)
