"""Acts: whatever a person does to the data is one of them, in the same transaction as its rows.

Nothing is ever changed or removed: an undo is one more act, and so is a redo.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, insert

from core.errors import Bug
from core.store.codec import now_text
from core.store.database import Database, highest
from core.store.schema import acts, log
from core.values import ActId, HeadId, Source

if TYPE_CHECKING:
    from core.store.standings import Subject


class ActKind(StrEnum):
    ANNOTATE = "annotate"
    """Whatever is no undo or redo: answers, marks, pairs, edits of a head."""
    UNDO = "undo"
    REDO = "redo"


@dataclass(slots=True)
class _Joint:
    """The one act of all that is written in a block."""

    source: Source
    act: ActId | None = None
    head: HeadId | None = None


_JOINT: Final = "joint act"
# Built once: these run at every key stroke.
_INSERT_ACT: Final = insert(acts)
_INSERT_ROW: Final = insert(log)


@contextmanager
def one_act(database: Database, source: Source = Source.HUMAN) -> Iterator[None]:
    """All that is written in the block, under one head, is one transaction and one act, which one undo takes back.

    Inside another block it is a part of that one.
    """
    with database.write() as connection:
        if _JOINT in connection.info:
            yield
            return
        connection.info[_JOINT] = _Joint(source)
        try:
            yield
        finally:
            del connection.info[_JOINT]


def append_act(
    connection: Connection, kind: ActKind, source: Source, head_id: HeadId | None, target: ActId | None = None
) -> ActId:
    """One more act, or that of the block around; its rows are for the caller to append in the same transaction."""
    joint: _Joint | None = connection.info.get(_JOINT)
    if joint is not None and joint.act is not None:
        if joint.head != head_id:
            raise Bug("one act is about one head")
        return joint.act
    act = ActId(highest(connection, acts.c.id) + 1)
    row = {
        "id": act,
        "at": now_text(),
        "kind": kind.value,
        "source": (source if joint is None else joint.source).value,
        "head_id": head_id,
        "target": target,
    }
    connection.execute(_INSERT_ACT, row)
    if joint is not None:
        joint.act, joint.head = act, head_id
    return act


def append_rows(
    connection: Connection, act: ActId, head_id: HeadId | None, said: Sequence[tuple[Subject, str | None, int | None]]
) -> int:
    """Append (subject, value, retracted row) to the log; returns the first of their consecutive ids."""
    first = highest(connection, log.c.id) + 1
    rows = [
        {
            "id": first + offset,
            "act_id": act,
            "image_id": subject.image,
            "head_id": head_id,
            "field": subject.field,
            "value": value,
            "retracts": retracts,
        }
        for offset, (subject, value, retracts) in enumerate(said)
    ]
    connection.execute(_INSERT_ROW, rows)
    return first
