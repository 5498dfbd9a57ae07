"""The acts of the log one by one, and what each said of images."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, select, tuple_

from core.store.acts import ActKind
from core.store.codec import value_of
from core.store.database import Database
from core.store.images import CHUNK
from core.store.schema import acts, log
from core.values import ActId, Field, FieldValue, HeadId, ImageId, Source


@dataclass(frozen=True, slots=True)
class DoneAct:
    act_id: ActId
    at: datetime
    source: Source
    kind: ActKind
    head_id: HeadId | None
    target: ActId | None
    """What an undo took back, or a redo did again."""

    @property
    def about(self) -> ActId:
        """The act that says what it was about."""
        return self.act_id if self.target is None else self.target


@dataclass(frozen=True, slots=True)
class Said:
    """What an act said of so many images."""

    field: Field
    value: FieldValue
    images: int
    first: ImageId


class Acts:
    """Whatever was done, newest first: answers, marks, pairs, edits of heads, and what took them back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, head_id: HeadId | None = None, limit: int | None = None) -> list[DoneAct]:
        query = select(acts).order_by(acts.c.id.desc()).limit(limit)
        if head_id is not None:
            query = query.where(acts.c.head_id == head_id)
        with self._database.read() as connection:
            return [
                DoneAct(
                    ActId(row.id),
                    datetime.fromisoformat(row.at),
                    Source(row.source),
                    ActKind(row.kind),
                    None if row.head_id is None else HeadId(row.head_id),
                    None if row.target is None else ActId(row.target),
                )
                for row in connection.execute(query)
            ]

    def imported_since(self, act: ActId) -> bool:
        """Whether anything was imported after it."""
        query = select(acts.c.id).where(acts.c.id > act, acts.c.source == Source.IMPORT.value).limit(1)
        with self._database.read() as connection:
            return connection.scalar(query) is not None

    def said(self, asked: Collection[ActId]) -> Mapping[ActId, list[Said]]:
        """What these acts said of images, however many they are; those that said nothing of any are left out.

        That an answer was taken back by a mark as wrong is said by the mark.
        """
        wanted, found = list(asked), dict[ActId, list[Said]]()
        with self._database.read() as connection:
            for start in range(0, len(wanted), CHUNK):
                rows = connection.execute(_SAID, {"acts": wanted[start : start + CHUNK]})
                for act, field, value, images, first in rows:
                    one = Said(Field(field), value_of(value), images, ImageId(first))
                    found.setdefault(ActId(act), []).append(one)
        return found


_MARKED: Final = select(log.c.act_id, log.c.image_id).where(
    log.c.act_id.in_(bindparam("acts", expanding=True)), log.c.field == Field.WRONG.value
)
_SAID: Final = (
    select(log.c.act_id, log.c.field, log.c.value, func.count(log.c.image_id.distinct()), func.min(log.c.image_id))
    .where(
        log.c.act_id.in_(bindparam("acts", expanding=True)),
        (log.c.field != Field.ANSWER.value) | tuple_(log.c.act_id, log.c.image_id).not_in(_MARKED),
    )
    .group_by(log.c.act_id, log.c.field, log.c.value)
    .order_by(func.min(log.c.id))
)
