"""undo, redo, history: the log of whatever was done, by hand or by a command."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import JsonFlag, LimitOption, ProjectArgument, QuietFlag
from app.cli.session import opened
from app.cli.terminal import Answer, Terminal, table
from core.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rich.console import RenderableType

    from core.edits import HeadEdit
    from core.project import Project
    from core.project.act_words import Told
    from core.values import Annotation, Head, ImageId

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

    An act on each line; as JSON every row of it, one for each image and pair. Pairs stand in it with the image they
    were compared to, edits of a head and versions put in force without one.
    """
    with opened(project) as engine:
        asked = engine.heads.get(head) if head is not None else None
        limit = None if limit is None else min(limit, sys.maxsize)  # of the database's whole numbers
        answer = Answer(_log(engine, asked, limit)) if json else Answer([], (_acts(engine, asked, limit),))
    return Terminal(json=json, quiet=quiet).answer(answer)


def _acts(project: Project, head: Head | None, limit: int | None) -> RenderableType:
    """Of an undo and a redo what they took back and did again."""
    from core.project.act_words import tell_acts

    acts = project.acts.newest(head.head_id if head is not None else None, limit)
    told = tell_acts(project, {one.about: one.head_id for one in acts})
    names = {head_id: project.heads.name_of(head_id) for one in acts if (head_id := one.head_id) is not None}
    shown = {image for one in told.values() for image in _shown(one)}
    paths = {image.image_id: image.path for image in project.images.get(shown)}
    rows = [
        (
            one.act_id,
            shown_at(one.at),
            _about(told[one.about], paths),
            names[one.head_id] if one.head_id is not None else "",
            _DONE[one.kind] + _what(told[one.about], paths),
            one.source.value,
            one.target or "",
        )
        for one in acts
    ]
    return table(("act", "at", "image", "head", "what", "source", "of act"), rows, numbers=("act", "of act"))


_DONE = {"annotate": "", "undo": "taken back: ", "redo": "done again: "}


def _shown(told: Told) -> tuple[ImageId, ...]:
    """The images that are named."""
    if told.pair is not None:
        return told.pair.left, told.pair.right
    return (told.first,) if told.first is not None and told.images == 1 else ()


def _about(told: Told, paths: Mapping[ImageId, str]) -> str:
    if not told.images:
        return ""
    named = _shown(told)
    return paths.get(named[0], f"image {named[0]}") if named else counted(told.images, "image")


def _what(told: Told, paths: Mapping[ImageId, str]) -> str:
    if told.pair is None:
        return told.what
    other = told.pair.right
    return f"{_COMPARED[told.pair.outcome.value]} {paths.get(other, f'image {other}')}"


_COMPARED = {"left": "better than", "right": "worse than", "tie": "as good as", "skipped": "not compared with"}


def _log(project: Project, head: Head | None, limit: int | None) -> list[dict[str, object]]:
    """Every row."""
    from app.cli.pairing import pair_entries

    rows = project.annotations.history(head.head_id if head is not None else None, limit)
    entries = _entries(project, list(rows)) + pair_entries(project, head, limit) + _edits(project, head, limit)
    entries.sort(key=lambda entry: (entry.act, entry.number), reverse=True)
    return [one.document for one in entries[:limit]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log as JSON, and where it stands in it."""

    act: int
    number: int
    document: dict[str, object]


def _entries(project: Project, rows: list[Annotation]) -> list[Entry]:
    """The log of answers and marks; the value of a redo is what holds again."""
    from app.cli.words import value_json

    asked = {row.head_id for row in rows if row.head_id is not None}
    heads = {head_id: (project.heads.name_of(head_id), project.heads.label_names(head_id)) for head_id in asked}
    images = {image.image_id: image.path for image in project.images.get([row.image_id for row in rows])}
    again = project.annotations.taken_back(row.retracts for row in rows if row.retracts is not None)
    found: list[Entry] = []
    for row in rows:
        name, names = heads[row.head_id] if row.head_id is not None else (None, {})
        value = row.value if row.retracts is None else again.get(row.retracts)
        document: dict[str, object] = {
            "id": row.annotation_id,
            "at": row.at.isoformat(),
            "image": images.get(row.image_id, f"image {row.image_id}"),
            "head": name,
            "field": row.field.value,
            "value": value_json(value, names),
            "source": row.source.value,
            "retracts": row.retracts,
            "act": row.act_id,
        }
        found.append(Entry(row.act_id, row.annotation_id, document))
    return found


def shown_at(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


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
    return Entry(edit.act_id, edit.edit_id, document)
