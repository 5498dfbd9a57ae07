"""Heads and their labels. Labels keep their ids when renamed or moved; what is removed is archived, never deleted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from core.changes import Changes
from core.errors import UserError
from core.names import BUILT_IN
from core.store.codec import compact
from core.store.database import Database, highest
from core.store.edits import newest_note, note_edit, record_edit
from core.store.encoders import encoder_name
from core.store.schema import heads, labels
from core.values import ActId, Combine, Head, HeadId, HeadKind, Label, LabelId, Tiles
from core.wording import counted

HIDDEN: Final = compact({"archived": True})
"""What a head is before it is made and after it was removed."""
_LONGEST_NAME: Final = 100
_NOT_IN_HEAD_NAMES: Final = set("@:/\\")
_NOT_IN_FOLDERS: Final = re.compile(r"[^\w.-]+")


class Heads:
    """The heads of a project, by name and id. They are few, so they are read when asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Head]:
        with self._database.read() as connection:
            return read_heads(connection)

    def get(self, name: str) -> Head:
        known = self.all()
        for head in known:
            if head.name == name:
                return head
        names = ", ".join(head.name for head in known)
        remedy = f"it has: {names}" if names else "add one with `winnow head add`"
        raise UserError(f"there is no head {name!r} in this project", remedy)

    def by_id(self, head_id: HeadId) -> Head:
        with self._database.read() as connection:
            return head_by_id(connection, head_id)

    def recipe(self, head_id: HeadId) -> dict[str, Any]:
        """Parsed recipe the head was made with; {} for the default."""
        with self._database.read() as connection:
            text = connection.scalar(select(heads.c.recipe).where(heads.c.id == head_id))
        return dict(json.loads(text)) if text else {}

    def scale(self, head_id: HeadId) -> tuple[float, float] | None:
        """The scale on which scores were imported last; None where they always came in brackets."""
        with self._database.read() as connection:
            scale = newest_note(connection, head_id, "scale").get("scale")
        return None if scale is None else (scale[0], scale[1])

    def note_scale(self, head_id: HeadId, low: float, high: float) -> None:
        """Scores are imported on this scale from now on, and those that are there keep their brackets."""
        with self._database.write() as connection:
            head_by_id(connection, head_id)
            note_edit(connection, head_id, {"scale": [low, high]})

    def folder(self, head_id: HeadId) -> str:
        """Name of the head's folder below `heads/`; stays when the head is renamed."""
        with self._database.read() as connection:
            return str(connection.scalar(select(heads.c.folder).where(heads.c.id == head_id)))

    def name_of(self, head_id: HeadId) -> str:
        """Also of a head that was removed, for reading the log."""
        with self._database.read() as connection:
            return str(connection.scalar(select(heads.c.name).where(heads.c.id == head_id)))

    def label_names(self, head_id: HeadId) -> dict[LabelId, str]:
        """With the labels that were removed, for reading the log."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(labels.c.id, labels.c.name).where(labels.c.head_id == head_id).order_by(labels.c.position)
            )
            return {LabelId(label_id): name for label_id, name in rows}

    def add(
        self,
        name: str,
        kind: HeadKind,
        labels: Sequence[str] = (),
        encoder: str = BUILT_IN,
        tiles: Tiles = Tiles.NONE,
        combine: Combine = Combine.MEAN,
        recipe: Mapping[str, Any] | None = None,
    ) -> tuple[Head, Changes]:
        with self._database.write() as connection:
            head, act = add_head(connection, name, kind, labels, encoder, tiles, combine, recipe or {})
            return head, Changes(act=act, head=head.head_id, heads=True)

    def edit(
        self,
        head_id: HeadId,
        *,
        name: str | None = None,
        labels: Sequence[Label | str] | None = None,
        encoder: str | None = None,
        tiles: Tiles | None = None,
        combine: Combine | None = None,
        recipe: Mapping[str, Any] | None = None,
    ) -> tuple[Head, Changes]:
        """What is None stays. `labels` is the new list in order.

        A Label keeps its id under the name it carries, a str is the label the head has or had of that name, with its
        annotations, or else a new one, and one that is left out is archived.
        """
        columns = _columns(encoder, tiles, combine, recipe)
        with self._database.write() as connection:
            before, was = head_by_id(connection, head_id), head_state(connection, head_id)
            if name is not None and name.strip() != before.name:
                columns["name"] = name.strip()
            checks: list[Callable[[], None]] = []
            if "name" in columns:
                checks.append(partial(_check_name, connection, columns["name"], apart_from=head_id))
            if labels is not None:
                checks.append(partial(check_labels, before.kind, [_name(label) for label in labels]))
            _check_all(*checks)
            if labels is not None:
                place_labels(connection, head_id, labels)
            if columns:
                connection.execute(update(heads).where(heads.c.id == head_id).values(columns))
            now = head_state(connection, head_id)
            changed = [key for key, value in now.items() if was[key] != value]
            if not changed:
                return before, Changes(unchanged=1)
            act = record_edit(
                connection, head_id, {key: was[key] for key in changed}, {key: now[key] for key in changed}
            )
            return head_by_id(connection, head_id), Changes(act=act, head=head_id, heads=True)

    def remove(self, head_id: HeadId) -> Changes:
        """The head is archived: it leaves every list; its annotations stay in the log, its versions on the disk."""
        with self._database.write() as connection:
            head_by_id(connection, head_id)
            restore_head(connection, head_id, {"archived": True})
            act = record_edit(connection, head_id, {"archived": False}, {"archived": True})
        return Changes(act=act, head=head_id, heads=True)


# Built once: these run at every key stroke.
_HEADS: Final = select(heads).where(~heads.c.archived).order_by(heads.c.id)
_HEAD: Final = select(heads).where(~heads.c.archived, heads.c.id == bindparam("head"))
_LABELS: Final = (
    select(labels.c.id, labels.c.name)
    .where(labels.c.head_id == bindparam("head"), ~labels.c.archived)
    .order_by(labels.c.position)
)


_REMOVED: Final = select(labels.c.id).where(labels.c.head_id == bindparam("head"), labels.c.archived).limit(1)


def read_heads(connection: Connection) -> list[Head]:
    """Every head in use, with its labels in use, oldest first."""
    return [_head(connection, row) for row in connection.execute(_HEADS).all()]


def head_by_id(connection: Connection, head_id: HeadId) -> Head:
    row = connection.execute(_HEAD, {"head": head_id}).first()
    if row is None:
        raise UserError(f"there is no head number {head_id} in this project", "it may have been removed")
    return _head(connection, row)


def _head(connection: Connection, row: Row[Any]) -> Head:
    head_labels = connection.execute(_LABELS, {"head": row.id})
    return Head(
        head_id=HeadId(row.id),
        name=row.name,
        kind=HeadKind(row.kind),
        labels=tuple(Label(LabelId(label_id), name) for label_id, name in head_labels),
        encoder=row.encoder,
        tiles=Tiles(row.tiles),
        combine=Combine(row.combine),
        version=row.version,
    )


def add_head(
    connection: Connection,
    name: str,
    kind: HeadKind,
    labels: Sequence[str],
    encoder: str,
    tiles: Tiles,
    combine: Combine,
    recipe: Mapping[str, Any],
) -> tuple[Head, ActId]:
    """One act, of which undo hides the head."""
    name = name.strip()
    label_names = [label.strip() for label in labels]
    _check_all(lambda: _check_name(connection, name), lambda: check_labels(kind, label_names))
    head_id = HeadId(highest(connection, heads.c.id) + 1)
    row = {"encoder": encoder_name(encoder), "tiles": tiles.value, "combine": combine.value}
    row |= {"recipe": compact(dict(recipe)), "folder": _free_folder(connection, name)}
    connection.execute(
        insert(heads).values(id=head_id, name=name, kind=kind.value, version=None, archived=False, **row)
    )
    place_labels(connection, head_id, label_names)
    act = record_edit(connection, head_id, {"archived": True}, {"archived": False, "added": name})
    return head_by_id(connection, head_id), act


_COLUMNS: Final = ("name", "encoder", "tiles", "combine", "recipe", "version", "archived")


def head_state(connection: Connection, head_id: HeadId) -> dict[str, Any]:
    """All of a head that acts can change, apart from what is only noted; its labels as [id, name] in their order."""
    row = connection.execute(select(heads).where(heads.c.id == head_id)).one()
    placed = [list(label) for label in connection.execute(_LABELS, {"head": head_id})]
    return {column: getattr(row, column) for column in _COLUMNS} | {"labels": placed}


def restore_head(connection: Connection, head_id: HeadId, state: Mapping[str, Any]) -> None:
    """Makes these parts of the head what they were. Raises UserError where its name was taken meanwhile."""
    columns = {column: state[column] for column in _COLUMNS if column in state}
    if "name" in columns or columns.get("archived") is False:
        name = columns.get("name") or head_state(connection, head_id)["name"]
        _check_name(connection, name, apart_from=head_id)
    if columns:
        connection.execute(update(heads).where(heads.c.id == head_id).values(columns))
    if "labels" in state:
        place_labels(connection, head_id, [Label(LabelId(label_id), name) for label_id, name in state["labels"]])


def _check_all(*checks: Callable[[], None]) -> None:
    """Raises UserError of all that is wrong, in one line."""
    faults: list[UserError] = []
    for check in checks:
        try:
            check()
        except UserError as error:
            faults.append(error)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        remedies = dict.fromkeys(fault.remedy for fault in faults)
        raise UserError(", and ".join(fault.problem for fault in faults), ", and ".join(remedies))


def check_head_name(name: str) -> None:
    """Raises UserError for what cannot name a head; whether one has that name is for the database to say."""
    wrong = _wrong_text(name.strip()) or (_NOT_IN_HEAD_NAMES & set(name) and "must not contain @ : / or \\")
    if wrong:
        raise UserError(f"{name.strip()!r} cannot name a head: it {wrong}", "choose another name")


def _columns(
    encoder: str | None, tiles: Tiles | None, combine: Combine | None, recipe: Mapping[str, Any] | None
) -> dict[str, str]:
    """As they are written, of what is not None."""
    plain = {
        "encoder": encoder and encoder_name(encoder),
        "tiles": tiles and tiles.value,
        "combine": combine and combine.value,
        "recipe": None if recipe is None else compact(dict(recipe)),
    }
    return {column: value for column, value in plain.items() if value is not None}


def _check_name(connection: Connection, name: str, *, apart_from: HeadId | None = None) -> None:
    check_head_name(name)
    for head in read_heads(connection):
        if head.name.casefold() == name.casefold() and head.head_id != apart_from:
            raise UserError(f"there is a head {head.name!r} already", "choose another name")


def check_labels(kind: HeadKind, names: Sequence[str]) -> None:
    fewest = {HeadKind.CLASS: 2, HeadKind.TAGS: 1, HeadKind.SCORE: 0}[kind]
    if kind is HeadKind.SCORE and names:
        raise UserError("a score head has no labels: it has brackets 0 to 10", "leave the labels out")
    if len(names) < fewest:
        raise UserError(f"a {kind.value} head needs at least {counted(fewest, 'label')}, not {len(names)}", "name them")
    taken: set[str] = set()
    for name in names:
        wrong = _wrong_text(name)
        if not wrong and kind is HeadKind.TAGS and (";" in name or name.startswith("-")):
            wrong = 'must not contain ";" or begin with "-", which mean "and" and "no"'
        if not wrong and kind is HeadKind.TAGS and name == "*":
            wrong = 'must not be "*", which means all others'
        if not wrong and name.casefold() in taken:
            wrong = "is there twice"
        if wrong:
            raise UserError(f"{name!r} cannot be a label: it {wrong}", "choose another name")
        taken.add(name.casefold())


def _wrong_text(name: str) -> str:
    """What is wrong with a name, or nothing."""
    if not name:
        return "is empty"
    if len(name) > _LONGEST_NAME:
        return f"is longer than {_LONGEST_NAME} characters"
    return "" if name.isprintable() else "contains characters that cannot be shown"


def has_removed_labels(connection: Connection, head_id: HeadId) -> bool:
    return connection.execute(_REMOVED, {"head": head_id}).first() is not None


def place_labels(connection: Connection, head_id: HeadId, wanted: Sequence[Label | str]) -> None:
    """Make `wanted` the labels of the head, in this order."""
    rows = connection.execute(select(labels).where(labels.c.head_id == head_id)).all()
    ids = {row.id for row in rows}
    claimed = {label.label_id for label in wanted if isinstance(label, Label)}
    archived_first = sorted(rows, key=lambda row: not row.archived)
    known = {row.name: row.id for row in archived_first if row.id not in claimed}
    connection.execute(update(labels).where(labels.c.head_id == head_id).values(archived=True))
    for position, label in enumerate(wanted):
        label_id = label.label_id if isinstance(label, Label) else known.get(label.strip())
        columns = {"name": _name(label), "position": position, "archived": False}
        if label_id is None:
            columns |= {"id": highest(connection, labels.c.id) + 1, "head_id": head_id}
            connection.execute(insert(labels).values(columns))
        elif label_id in ids:
            connection.execute(update(labels).where(labels.c.id == label_id).values(columns))
        else:
            raise UserError(f"the label {_name(label)!r} belongs to another head", "give its name instead")


def _name(label: Label | str) -> str:
    return (label.name if isinstance(label, Label) else label).strip()


def _free_folder(connection: Connection, name: str) -> str:
    """A folder name that every file system takes, and that no head ever had."""
    safe = _NOT_IN_FOLDERS.sub("_", name).strip("._")[:60] or "head"
    taken = {folder.casefold() for folder in connection.scalars(select(heads.c.folder))}
    candidates: Iterable[str] = (safe if number == 1 else f"{safe}-{number}" for number in range(1, len(taken) + 2))
    return next(candidate for candidate in candidates if candidate.casefold() not in taken)
