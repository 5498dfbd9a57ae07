"""Answers that were given twice: which share of them a head asks for, what came of it, and what can be asked again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, select

from core.answers import in_use
from core.changes import Changes
from core.errors import UserError
from core.store.codec import value_of
from core.store.database import Database
from core.store.edits import OF_IMAGES
from core.store.heads import head_by_id
from core.store.schema import acts, log, standing
from core.store.shares import set_share, share_of
from core.store.standings import LogRow, Subject, counting
from core.values import AnnotationId, AnswerValue, Confirmation, Field, HeadId, ImageId, Repeat, Source

_KEY: Final = "again_share"
AGAIN_SHARE: Final = 0.02
"""Of the answers, where nothing else was said."""
MOST: Final = 0.5
"""At least every other image is a new one."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """One image that was answered twice."""

    image_id: ImageId
    annotation_id: AnnotationId
    at: datetime
    first: AnswerValue
    second: AnswerValue


class Repeats:
    def __init__(self, database: Database) -> None:
        self._database = database

    def share(self, head_id: HeadId) -> float:
        return share_of(self._database, head_id, _KEY, AGAIN_SHARE)

    def set_share(self, head_id: HeadId, share: float) -> Changes:
        """0 asks nothing again."""
        if not 0.0 <= share <= MOST:
            raise UserError(f"{share:g} of the answers cannot be asked again", f"give a share from 0 to {MOST:g}")
        return set_share(self._database, head_id, _KEY, share, AGAIN_SHARE)

    def all(self, head_id: HeadId) -> list[Repeated]:
        """Those that stand, the oldest first. An answer that names only removed labels is left out."""
        with self._database.read() as connection:
            labels = frozenset(label.label_id for label in head_by_id(connection, head_id).labels)
            rows = connection.execute(_REASKED, {"head": head_id}).all()
        at = {row.id: row.at for row in rows}
        said = (LogRow(row.id, Subject(head_id, Field.REASKED, row.image_id), row.value, row.retracts) for row in rows)
        newest: dict[tuple[int, int], Repeated] = {}  # of the keys of a tags head the last one says it all
        for row in counting(said):
            value = value_of(row.value)
            if not isinstance(value, Repeat):
                continue
            first, second = in_use(value.first, labels), in_use(value.second, labels)
            key = (row.subject.image, value.times)
            if first is not None and second is not None and key not in newest:
                when = datetime.fromisoformat(at[row.annotation])
                image, annotation = ImageId(row.subject.image), AnnotationId(row.annotation)
                newest[key] = Repeated(image, annotation, when, first, second)
        return sorted(newest.values(), key=lambda one: one.annotation_id)

    def unsettled(self, head_id: HeadId) -> frozenset[ImageId]:
        """Those of which nothing was said since the second answer: no other answer, and no confirmation."""
        newest = self._newest_acts(head_id)
        return frozenset(image for image, acts in newest.items() if acts.get(Field.REASKED) == max(acts.values()))

    def confirmed_since(self, head_id: HeadId) -> dict[ImageId, AnswerValue]:
        """What was confirmed since the second answer."""
        newest = self._newest_acts(head_id)
        with self._database.read() as connection:
            rows = connection.execute(_TIMES, {"head": head_id, "field": Field.CONFIRMED.value}).all()
        found = ((ImageId(image), value_of(text)) for image, text in rows)
        return {
            image: value.stands
            for image, value in found
            if isinstance(value, Confirmation)
            and newest[image][Field.CONFIRMED] > newest[image].get(Field.REASKED, newest[image][Field.CONFIRMED])
        }

    def _newest_acts(self, head_id: HeadId) -> dict[ImageId, dict[str, int]]:
        """Of each image by field."""
        newest: dict[ImageId, dict[str, int]] = {}
        with self._database.read() as connection:
            for image, field, act in connection.execute(_ACTS, {"head": head_id, "fields": _LOOKS}):
                newest.setdefault(ImageId(image), {})[field] = act
        return newest

    def held(self, head_id: HeadId, image_id: ImageId) -> Repeat | None:
        """The newest second answer of an image."""
        asked = {"head": head_id, "field": Field.REASKED.value, "image": image_id}
        with self._database.read() as connection:
            value = value_of(connection.scalar(_HELD, asked))
        return value if isinstance(value, Repeat) else None

    def times(self, head_id: HeadId) -> dict[ImageId, int]:
        """How often each image was asked again."""
        with self._database.read() as connection:
            rows = connection.execute(_TIMES, {"head": head_id, "field": Field.REASKED.value}).all()
        found = ((ImageId(image), value_of(text)) for image, text in rows)
        return {image: value.times for image, value in found if isinstance(value, Repeat)}

    def askable(self, head_id: HeadId, *, answers: int, before: datetime) -> list[ImageId]:
        """Answered by hand, and not looked at since `before` nor among the last so many `answers`; in order of id."""
        asked = {"head": head_id, "field": Field.ANSWER.value}
        with self._database.read() as connection:
            newest = connection.scalars(_NEWEST_ANSWERS.limit(answers), asked).all()
            if len(newest) < answers:
                return []
            rows = connection.execute(_LOOKED_AT, asked | {"fields": _LOOKS, "source": Source.HUMAN.value}).all()
        limit, until = newest[-1], before.isoformat(timespec="microseconds")
        return [ImageId(row.image_id) for row in rows if row.by_hand and row.newest < limit and row.last < until]

    def last_act(self) -> datetime | None:
        """When anything was last said of any image."""
        with self._database.read() as connection:
            text = connection.scalar(select(acts.c.at).where(OF_IMAGES).order_by(acts.c.id.desc()).limit(1))
        return None if text is None else datetime.fromisoformat(text)


_LOOKS: Final = [Field.ANSWER.value, Field.REASKED.value, Field.CONFIRMED.value]
_REASKED: Final = (
    select(log.c.id, log.c.image_id, log.c.value, log.c.retracts, acts.c.at)
    .join(acts, acts.c.id == log.c.act_id)
    .where(log.c.head_id == bindparam("head"), log.c.field == Field.REASKED.value)
    .order_by(log.c.id.desc())
)
_OF_FIELD: Final = (standing.c.head_id == bindparam("head")) & (standing.c.field == bindparam("field"))
_TIMES: Final = select(standing.c.image_id, standing.c.value).where(_OF_FIELD)
_HELD: Final = select(standing.c.value).where(_OF_FIELD, standing.c.image_id == bindparam("image"))
_NEWEST_ANSWERS: Final = (
    select(log.c.id)
    .where(log.c.head_id == bindparam("head"), log.c.field == bindparam("field"), log.c.retracts.is_(None))
    .order_by(log.c.id.desc())
)
_IS_ANSWER: Final = (standing.c.field == bindparam("field")) & standing.c.value.is_not(None)
_ACTS: Final = (
    select(standing.c.image_id, standing.c.field, log.c.act_id)
    .join(log, log.c.id == standing.c.annotation_id)
    .where(standing.c.head_id == bindparam("head"), standing.c.field.in_(bindparam("fields", expanding=True)))
)
_LOOKED_AT: Final = (
    select(
        standing.c.image_id,
        func.max(standing.c.annotation_id).label("newest"),
        func.max(acts.c.at).label("last"),
        func.max(_IS_ANSWER & (acts.c.source == bindparam("source"))).label("by_hand"),
    )
    .join(log, log.c.id == standing.c.annotation_id)
    .join(acts, acts.c.id == log.c.act_id)
    .where(standing.c.head_id == bindparam("head"), standing.c.field.in_(bindparam("fields", expanding=True)))
    .group_by(standing.c.image_id)
    .order_by(standing.c.image_id)
)
