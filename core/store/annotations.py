"""Reading annotations: what holds for each image, the log behind it, and the set that a head is trained on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Integer, Row, Select, String, bindparam, cast, func, literal, select, union_all

from core.answers import in_use, target_of
from core.store.codec import answer_of, value_of
from core.store.columns import Standings, packed_hashes
from core.store.database import Database, highest, plain_rows
from core.store.heads import head_by_id
from core.store.images import CHUNK
from core.store.marked import EXCLUDED, Waiting, waiting
from core.store.schema import IMAGE_LEVEL, acts, group_of_image, images, log, standing, versions
from core.values import (
    OF_THE_IMAGE,
    ActId,
    Annotated,
    Annotation,
    AnnotationId,
    AnswerValue,
    ClassValue,
    Confirmation,
    Field,
    FieldValue,
    Head,
    HeadId,
    ImageId,
    LabelId,
    Source,
    Standing,
    TagsValue,
)


class AnnotationReader:
    """What holds now, and the log. An answer that names only removed labels counts as no answer until they are back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def standing(self, head_id: HeadId) -> Standings:
        with self._database.read() as connection:
            head = head_by_id(connection, head_id)
            rows = connection.execute(_STANDING, {"head": head_id}).all()
        return _standings([(field, text, _numbers(ids)) for field, text, ids in rows], _Answers(head))

    def standing_of(self, head_id: HeadId, ids: Iterable[ImageId]) -> list[Standing]:
        """One for each of `ids`, in their order."""
        wanted = list(ids)
        said = defaultdict[tuple[str, str | None], list[int]](list)
        with self._database.read() as connection:
            head = head_by_id(connection, head_id)
            for start in range(0, len(wanted), CHUNK):
                asked = {"levels": [head_id, IMAGE_LEVEL], "images": wanted[start : start + CHUNK]}
                for field, image, text in connection.execute(_STANDING_OF, asked):
                    said[field, text].append(image)
        table = _standings([(*of, np.array(images, np.int64)) for of, images in said.items()], _Answers(head))
        found = table.rows(np.array(wanted, dtype=np.int64))
        return [Standing(one) if row < 0 else table.row(row) for one, row in zip(wanted, found.tolist(), strict=True)]

    def history(self, head_id: HeadId | None = None, limit: int | None = None) -> list[Annotation]:
        """The log, newest first; of one head or of all."""
        query = select(log, acts.c.at, acts.c.source).join(acts, acts.c.id == log.c.act_id).order_by(log.c.id.desc())
        if head_id is not None:
            query = query.where(log.c.head_id == head_id)
        with self._database.read() as connection:
            return [_annotation(row) for row in connection.execute(query.limit(limit))]

    def taken_back(self, ids: Iterable[AnnotationId]) -> dict[AnnotationId, FieldValue]:
        """What those of these rows of the log took back that are rows of an undo."""
        wanted, found = list(ids), dict[AnnotationId, FieldValue]()
        with self._database.read() as connection:
            for start in range(0, len(wanted), CHUNK):
                rows = connection.execute(_TAKEN_BACK_BY, {"undone": wanted[start : start + CHUNK]})
                found |= {AnnotationId(one): value_of(text) for one, text in rows}
        return found

    def annotated_set(self, head: Head) -> Annotated:
        """Answered images that are not excluded, in the order of their ids."""
        answers = _Answers(head)
        with self._database.read() as connection:
            rows = plain_rows(connection, _ANNOTATED.params(head=head.head_id))
        return _annotated([row for row in rows if answers[row[0]] is not None], head, answers)

    def changed_set(self, head: Head, ids: Iterable[ImageId]) -> Annotated:
        """One row for each of `ids` (in the order of ids); all NaN where there is no answer to train on."""
        wanted = sorted(set(ids))
        rows: list[tuple[str | None, bytes, int]] = []
        with self._database.read() as connection:
            for start in range(0, len(wanted), CHUNK):
                asked = {"head": head.head_id, "images": wanted[start : start + CHUNK]}
                rows += connection.execute(_CHANGED, asked)
        return _annotated(rows, head, _Answers(head))

    def first_and_last(self, head_id: HeadId) -> list[ImageId]:
        """An image or two of each answer that was given, of 500 at most, excluded or not."""
        with self._database.read() as connection:
            found = connection.execute(_FIRST_AND_LAST, {"head": head_id}).all()
        return [ImageId(image) for pair in found for image in pair]

    def confirmations(self, head_id: HeadId, ids: Iterable[ImageId] | None = None) -> dict[ImageId, Confirmation]:
        """Those that hold, by image, of all or of `ids`; whether their answer still does is for the reader to see."""
        with self._database.read() as connection:
            if ids is None:
                rows = list(connection.execute(_CONFIRMED, {"head": head_id}))
            else:
                wanted, rows = list(ids), []
                for start in range(0, len(wanted), CHUNK):
                    asked = {"head": head_id, "images": wanted[start : start + CHUNK]}
                    rows += connection.execute(_CONFIRMED_OF, asked)
        found = ((ImageId(image), value_of(text)) for image, text in rows)
        return {image: value for image, value in found if isinstance(value, Confirmation)}

    def marked_wrong(self, head_id: HeadId, ids: Collection[ImageId] | None = None) -> Waiting:
        """Those of all, or of `ids`, that wait for another answer, in the order in which they were marked."""
        with self._database.read() as connection:
            return waiting(connection, head_by_id(connection, head_id), ids)

    def excluded_hashes(self, head_id: HeadId) -> NDArray[np.uint8]:
        """(images, 32)"""
        return self._marked(head_id, Field.EXCLUDED)

    def evaluation_hashes(self, head_id: HeadId) -> NDArray[np.uint8]:
        """(images, 32) that came as evaluation files."""
        return self._marked(head_id, Field.EVALUATION)

    def pinned_hashes(self) -> NDArray[np.uint8]:
        """The regression set. (images, 32)"""
        return self._marked(IMAGE_LEVEL, Field.PINNED)

    def answered_after(self, head_id: HeadId, annotation: AnnotationId) -> NDArray[np.uint8]:
        """Images whose answer holds by a newer row of the log than this one. (images, 32)"""
        asked = {"head": head_id, "after": annotation}
        with self._database.read() as connection:
            return packed_hashes(connection.scalars(_ANSWERED_AFTER, asked).all())

    def count(self, head_id: HeadId) -> int:
        """Images with an answer."""
        with self._database.read() as connection:
            answers = _Answers(head_by_id(connection, head_id))
            rows = connection.execute(_COUNTS, {"head": head_id}).all()
        return sum(number for text, number in rows if answers[text] is not None)

    def label_counts(self, head_id: HeadId) -> dict[LabelId, int]:
        """How many answers name each label: of tags as a yes or as a no."""
        found = Counter[LabelId]()
        with self._database.read() as connection:
            rows = connection.execute(_COUNTS, {"head": head_id}).all()
        for text, number in rows:
            match answer_of(text):
                case ClassValue(label):
                    found[label] += number
                case TagsValue(yes, no):
                    found.update(dict.fromkeys(yes | no, number))
        return dict(found)

    def last_id(self) -> AnnotationId:
        """Newest row of the log, 0 where it is empty."""
        with self._database.read() as connection:
            return AnnotationId(highest(connection, log.c.id))

    def since_version(self, head_id: HeadId) -> int:
        """Images whose answer is another one since the newest version was trained, those taken back among them."""
        with self._database.read() as connection:
            newest = connection.execute(_LEARNED_UP_TO, {"head": head_id}).first()
            learned, act = newest or (0, 0)
            asked = {"head": head_id, "learned": learned}
            few = learned and connection.scalar(_MANY_SINCE, asked | {"few": _FEW_ROWS}) is None
            given = connection.scalar(_GIVEN_LATELY if few else _GIVEN_SINCE, asked) or 0
            if not learned:
                return given
            return given + (connection.scalar(_TAKEN_BACK, asked | {"act": act}) or 0)

    def _marked(self, level: int, field: Field) -> NDArray[np.uint8]:
        with self._database.read() as connection:
            return packed_hashes(connection.scalars(_MARKED_HASHES, {"level": level, "field": field.value}).all())


class _Answers(dict[str | None, AnswerValue | None]):
    """Text -> answer under one head, without removed labels. Each text is read once."""

    def __init__(self, head: Head) -> None:
        super().__init__()
        self._labels = frozenset(label.label_id for label in head.labels)

    def __missing__(self, text: str | None) -> AnswerValue | None:
        self[text] = answer = in_use(answer_of(text), self._labels)
        return answer


# Built once: these run after every key stroke.
_TOLD: Final = (Field.ANSWER, Field.EXCLUDED, Field.FLAGGED, Field.SKIPPED, Field.PINNED, Field.EVALUATION)


def _images_by_value(field: Field) -> Select[Any]:
    """Different values are few: a row for each of them is read in half the time that one for each image takes."""
    level = literal(IMAGE_LEVEL) if field in OF_THE_IMAGE else bindparam("head")
    ids = func.aggregate_strings(cast(standing.c.image_id, String), ",")
    told = select(literal(field.value), standing.c.value, ids)
    return told.where(standing.c.head_id == level, standing.c.field == field.value).group_by(standing.c.value)


_STANDING: Final = union_all(*map(_images_by_value, _TOLD))
# With the fields named each image is looked up; without them all that stands under the head is gone through.
_STANDING_OF: Final = select(standing.c.field, standing.c.image_id, standing.c.value).where(
    standing.c.head_id.in_(bindparam("levels", expanding=True)),
    standing.c.field.in_([field.value for field in _TOLD]),
    standing.c.image_id.in_(bindparam("images", expanding=True)),
)
_IS_ANSWER: Final = (standing.c.head_id == bindparam("head")) & (standing.c.field == Field.ANSWER.value)
_COUNTS: Final = select(standing.c.value, func.count()).where(_IS_ANSWER).group_by(standing.c.value)
_FIRST_AND_LAST: Final = (
    select(func.min(standing.c.image_id), func.max(standing.c.image_id))
    .where(_IS_ANSWER, standing.c.value.is_not(None))
    .group_by(standing.c.value)
    .limit(500)
)
_NEWEST: Final = select(func.max(versions.c.last_annotation)).where(versions.c.head_id == bindparam("head"))
_LEARNED_UP_TO: Final = select(log.c.id, log.c.act_id).where(log.c.id == _NEWEST.scalar_subquery())
_GIVEN_SINCE: Final = select(func.count()).where(_IS_ANSWER, standing.c.annotation_id > bindparam("learned"))
# By way of the log: as quick as few rows are, where the other goes through every answer.
_GIVEN_LATELY: Final = (
    select(func.count())
    .select_from(log)
    .join(standing, (standing.c.image_id == log.c.image_id) & (standing.c.annotation_id == log.c.id) & _IS_ANSWER)
    .where(log.c.id > bindparam("learned"), log.c.head_id == bindparam("head"), log.c.field == Field.ANSWER.value)
)
_FEW_ROWS: Final = 5_000
_MANY_SINCE: Final = (
    select(log.c.id)
    .where(log.c.head_id == bindparam("head"), log.c.id > bindparam("learned"))
    .offset(bindparam("few", type_=Integer))
    .limit(1)
)
_STANDS_OR_IS_NEWER: Final = select(standing.c.image_id).where(
    _IS_ANSWER,
    standing.c.image_id == log.c.image_id,
    (standing.c.annotation_id == log.c.retracts) | (standing.c.annotation_id > bindparam("learned")),
)
_UNDOS: Final = select(acts.c.id).where(
    acts.c.id > bindparam("act"), acts.c.target.is_not(None), acts.c.head_id == bindparam("head")
)
# By way of the acts: undos are few, while an import may have written a million rows since.
_TAKEN_BACK: Final = select(func.count(log.c.image_id.distinct())).where(
    log.c.act_id.in_(_UNDOS),
    log.c.field == Field.ANSWER.value,
    log.c.retracts <= bindparam("learned"),
    ~_STANDS_OR_IS_NEWER.correlate(log).exists(),
)
_before = log.alias()
_TAKEN_BACK_BY: Final = (
    select(log.c.id, _before.c.value)
    .join(_before, _before.c.id == log.c.retracts)
    .where(log.c.id.in_(bindparam("undone", expanding=True)))
)
_MARKED_HASHES: Final = (
    select(images.c.hash)
    .join(standing, standing.c.image_id == images.c.id)
    .where(
        standing.c.head_id == bindparam("level"),
        standing.c.field == bindparam("field"),
        standing.c.value == "true",
    )
    .order_by(images.c.id)
)
_ANSWERED_AFTER: Final = (
    select(images.c.hash)
    .join(standing, standing.c.image_id == images.c.id)
    .where(_IS_ANSWER, standing.c.value.is_not(None), standing.c.annotation_id > bindparam("after"))
    .order_by(images.c.id)
)
_CONFIRMED: Final = select(standing.c.image_id, standing.c.value).where(
    standing.c.head_id == bindparam("head"), standing.c.field == Field.CONFIRMED.value
)
_CONFIRMED_OF: Final = _CONFIRMED.where(standing.c.image_id.in_(bindparam("images", expanding=True)))
_ANNOTATED: Final = (
    select(standing.c.value, images.c.hash, group_of_image)
    .join(images, images.c.id == standing.c.image_id)
    .where(_IS_ANSWER, standing.c.value.is_not(None), standing.c.image_id.not_in(EXCLUDED))
    .order_by(images.c.id)
)
_HOLDS: Final = (standing.c.image_id == images.c.id) & _IS_ANSWER & images.c.id.not_in(EXCLUDED)
_CHANGED: Final = (
    select(standing.c.value, images.c.hash, group_of_image)
    .select_from(images.outerjoin(standing, _HOLDS))
    .where(images.c.id.in_(bindparam("images", expanding=True)))
    .order_by(images.c.id)
)


_Said = tuple[str, str | None, NDArray[np.int64]]
"""A field, one of its values as text, and the images of which it holds."""


def _numbers(text: str) -> NDArray[np.int64]:
    """Ids that are joined by commas."""
    return np.fromstring(text, np.int64, sep=",")


def _standings(said: Sequence[_Said], answers: _Answers) -> Standings:
    every = np.sort(np.concatenate([of for _, _, of in said] or [np.zeros(0, np.int64)]))
    ids = every[np.diff(every, prepend=-1) > 0]  # np.unique would import numpy.ma
    distinct: dict[AnswerValue | None, int] = {None: 0}
    which = np.zeros(len(ids), np.int32)
    for field, text, of in said:
        if field == Field.ANSWER:
            which[np.searchsorted(ids, of)] = distinct.setdefault(answers[text], len(distinct))
    return Standings(
        ids,
        tuple(distinct),
        which,
        excluded=_mask(ids, said, Field.EXCLUDED),
        flagged=_mask(ids, said, Field.FLAGGED),
        skipped=_mask(ids, said, Field.SKIPPED),
        pinned=_mask(ids, said, Field.PINNED),
        evaluation=_mask(ids, said, Field.EVALUATION),
    )


def _mask(ids: NDArray[np.int64], said: Sequence[_Said], field: Field) -> NDArray[np.bool_]:
    mask = np.zeros(len(ids), np.bool_)
    for name, text, of in said:
        if name == field and text == "true":
            mask[np.searchsorted(ids, of)] = True
    return mask


def _annotated(rows: Sequence[tuple[str | None, bytes, int]], head: Head, answers: _Answers) -> Annotated:
    texts = {text: position for position, text in enumerate(dict.fromkeys(text for text, _, _ in rows))}
    table = np.array([target_of(answers[text], head) for text in texts], dtype=np.float32)  # (distinct texts, outputs)
    chosen = np.fromiter((texts[text] for text, _, _ in rows), dtype=np.int64, count=len(rows))
    return Annotated(
        hashes=packed_hashes([content_hash for _, content_hash, _ in rows]),
        targets=table.reshape(-1, head.outputs)[chosen],
        weights=np.ones(len(rows), dtype=np.float32),
        groups=np.fromiter((group for _, _, group in rows), dtype=np.int64, count=len(rows)),
    )


def _annotation(row: Row[Any]) -> Annotation:
    return Annotation(
        annotation_id=AnnotationId(row.id),
        act_id=ActId(row.act_id),
        at=datetime.fromisoformat(row.at),
        source=Source(row.source),
        image_id=ImageId(row.image_id),
        head_id=None if row.head_id is None else HeadId(row.head_id),
        field=Field(row.field),
        value=value_of(row.value),
        retracts=None if row.retracts is None else AnnotationId(row.retracts),
    )
