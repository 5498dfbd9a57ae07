"""What was noted of heads: edits that are acts of the log, and what else there is to remember of a head."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select

from core.edits import HeadEdit
from core.store.acts import ActKind, append_act
from core.store.codec import compact, now_text
from core.store.database import Database
from core.store.images import CHUNK
from core.store.schema import acts, head_edits, log, pairs
from core.values import ActId, HeadId, Source


class Edits:
    """Acts that changed a head, a version in force, or a note; not how a head came to be that is older than these."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def history(self, head_id: HeadId | None = None, limit: int | None = None) -> list[HeadEdit]:
        """Newest first, with what was taken back; of one head or of all."""
        query = _HISTORY if head_id is None else _HISTORY.where(head_edits.c.head_id == head_id)
        with self._database.read() as connection:
            return [_edit(row) for row in connection.execute(query.limit(limit))]

    def of_act(self, act: ActId) -> list[HeadEdit]:
        """In the order in which they were written."""
        with self._database.read() as connection:
            return edits_of(connection, act)

    def of_acts(self, asked: Collection[ActId]) -> Mapping[ActId, list[HeadEdit]]:
        """Of those that edited a head."""
        wanted, found = list(asked), dict[ActId, list[HeadEdit]]()
        with self._database.read() as connection:
            for start in range(0, len(wanted), CHUNK):
                for row in connection.execute(_OF_ACTS, {"acts": wanted[start : start + CHUNK]}):
                    found.setdefault(ActId(row.act_id), []).append(_edit(row))
        return found


def note_edit(connection: Connection, head_id: HeadId, what: Mapping[str, Any]) -> None:
    """Append to what is known of how the head came to be as it is; the newest note of a kind holds."""
    connection.execute(_INSERT, {"head_id": head_id, "at": now_text(), "what": compact(dict(what))})


def newest_note(connection: Connection, head_id: HeadId, key: str) -> dict[str, Any]:
    """The newest note that says something of `key`; {} where none does."""
    notes = (json.loads(text) for text in connection.scalars(_NOTES, {"head": head_id}))
    return next((note for note in notes if key in note), {})


def record_edit(
    connection: Connection,
    head_id: HeadId,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    source: Source = Source.HUMAN,
) -> ActId:
    """One act that turned `before` into `after`; whatever that means beyond the note is for the caller to write."""
    act = append_act(connection, ActKind.ANNOTATE, source, head_id)
    append_edit(connection, act, head_id, before, after)
    return act


def append_edit(
    connection: Connection,
    act: ActId,
    head_id: HeadId,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    retracts: int | None = None,
) -> None:
    row = {"head_id": head_id, "at": now_text(), "what": compact(dict(after))}
    connection.execute(_INSERT, row | {"act_id": act, "before": compact(dict(before)), "retracts": retracts})


def edits_of(connection: Connection, act: ActId) -> list[HeadEdit]:
    """In the order in which they were written."""
    return [_edit(row) for row in connection.execute(_OF_ACT, {"act": act})]


def _edit(row: Row[Any]) -> HeadEdit:
    return HeadEdit(
        edit_id=row.id,
        act_id=ActId(row.act_id),
        at=datetime.fromisoformat(row.at),
        source=Source(row.source),
        head_id=HeadId(row.head_id),
        before=json.loads(row.before),
        after=json.loads(row.what),
        retracts=row.retracts,
    )


OF_IMAGES: Final = or_(
    select(log.c.id).where(log.c.act_id == acts.c.id).exists(),
    select(pairs.c.id).where(pairs.c.act_id == func.coalesce(acts.c.target, acts.c.id)).exists(),
)
"""Of acts: that they speak of images, and not of a head alone."""
_INSERT: Final = insert(head_edits)
_NOTES: Final = (
    select(head_edits.c.what).where(head_edits.c.head_id == bindparam("head")).order_by(head_edits.c.id.desc())
)
_ACTS: Final = select(head_edits, acts.c.source).join(acts, acts.c.id == head_edits.c.act_id)
_OF_ACT: Final = _ACTS.where(head_edits.c.act_id == bindparam("act")).order_by(head_edits.c.id)
_OF_ACTS: Final = _ACTS.where(head_edits.c.act_id.in_(bindparam("acts", expanding=True))).order_by(head_edits.c.id)
_HISTORY: Final = _ACTS.order_by(head_edits.c.id.desc())
