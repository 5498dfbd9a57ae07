"""Marks of what a page showed wrongly: which images wait for another answer, and which marks are new.

Of a tags head a mark names the tags that it is about, and each waits until it was yes or no once, whatever is said of
the others. Other marks wait until any answer comes; so do those of tags that were made before marks named them. What
was answered and cleared waits no more; what an undo takes back was not answered.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, select

from core.answers import tags_of
from core.store.codec import answer_of, value_of, value_text
from core.store.images import CHUNK
from core.store.schema import log, standing
from core.store.standings import LogRow, Subject, counting
from core.values import Field, FieldValue, Head, HeadKind, ImageId, LabelId, TagsValue

Waiting = dict[ImageId, frozenset[LabelId]]
"""In the order in which they were marked, each with the tags that wait; with none where a mark names none."""


def waiting(connection: Connection, head: Head, ids: Collection[ImageId] | None = None) -> Waiting:
    """Of all images, or of `ids`; those that are excluded wait no more."""
    labels = frozenset(label.label_id for label in head.labels)
    rows = _rows(connection, head, ids)
    open_now = {image: _still_open(value_of(value), labels, now) for image, _, value, now, _ in rows}
    since = _said_since(connection, head, {image: marked_by for image, marked_by, *_ in rows if open_now[image]})
    found: list[tuple[int, ImageId, frozenset[LabelId]]] = []
    for image, marked_by, value, _, answered_since in rows:
        tags = open_now[image] - since.get(image, frozenset())
        if tags or (not isinstance(value_of(value), TagsValue) and not answered_since):
            found.append((marked_by, ImageId(image), tags))
    return {image: tags for _, image, tags in sorted(found, key=lambda one: one[0])}


def new_marks(
    connection: Connection, head: Head, wrong: Collection[ImageId], tag: LabelId | None
) -> dict[ImageId, str | None]:
    """What is to be written of images that are marked now: nothing of those that wait for the same already."""
    held = waiting(connection, head, wrong)
    names_tags = head.kind is HeadKind.TAGS and tag is not None
    marks: dict[ImageId, str | None] = {}
    for image in wrong:
        if image not in held or (names_tags and tag not in held[image]):
            of_tags = TagsValue(held.get(image, frozenset()) | {tag}) if tag is not None and names_tags else None
            marks[image] = value_text(of_tags or True)
    return marks


def _still_open(marked: FieldValue, labels: frozenset[LabelId], answer: str | None) -> frozenset[LabelId]:
    if not isinstance(marked, TagsValue):
        return frozenset()
    now = tags_of(answer_of(answer))
    return (marked.yes & labels) - now.yes - now.no


def _said_since(connection: Connection, head: Head, marked_by: Mapping[int, int]) -> dict[int, frozenset[LabelId]]:
    """The tags of each image that were yes or no after the row of the log that marked it, whatever became of them."""
    images, rows = list(marked_by), list[LogRow]()
    for start in range(0, len(images), CHUNK):
        asked = {"head": head.head_id, "images": images[start : start + CHUNK]}
        for row, image, value, retracts in connection.execute(_ANSWERS_OF, asked):
            rows.append(LogRow(row, Subject(head.head_id, Field.ANSWER.value, image), value, retracts))
    said: dict[int, frozenset[LabelId]] = {}
    for row in counting(rows):
        if row.annotation > marked_by[row.subject.image]:
            tags = tags_of(answer_of(row.value))
            said[row.subject.image] = said.get(row.subject.image, frozenset()) | tags.yes | tags.no
    return said


def _rows(connection: Connection, head: Head, ids: Collection[ImageId] | None) -> list[Sequence[Any]]:
    asked = {"head": head.head_id}
    if ids is None:
        return list(connection.execute(_MARKED, asked))
    wanted, rows = list(ids), list[Sequence[Any]]()
    for start in range(0, len(wanted), CHUNK):
        rows += connection.execute(_MARKED_OF, asked | {"images": wanted[start : start + CHUNK]})
    return rows


EXCLUDED: Final = select(standing.c.image_id).where(
    standing.c.head_id == bindparam("head"), standing.c.field == Field.EXCLUDED.value, standing.c.value == "true"
)
_given, _by, _marked_by = standing.alias(), log.alias(), log.alias()
_MARKED: Final[Select[Any]] = (
    select(
        standing.c.image_id,
        standing.c.annotation_id,
        standing.c.value,
        _given.c.value,
        (_by.c.act_id > _marked_by.c.act_id).label("answered_since"),
    )
    .join(_marked_by, _marked_by.c.id == standing.c.annotation_id)
    .outerjoin(
        _given,
        (_given.c.head_id == bindparam("head"))
        & (_given.c.field == Field.ANSWER.value)
        & (_given.c.image_id == standing.c.image_id),
    )
    .outerjoin(_by, _by.c.id == _given.c.annotation_id)
    .where(
        standing.c.head_id == bindparam("head"),
        standing.c.field == Field.WRONG.value,
        standing.c.value != "false",
        standing.c.image_id.not_in(EXCLUDED),
    )
)
_MARKED_OF: Final = _MARKED.where(standing.c.image_id.in_(bindparam("images", expanding=True)))
_ANSWERS_OF: Final = (
    select(log.c.id, log.c.image_id, log.c.value, log.c.retracts)
    .where(
        log.c.image_id.in_(bindparam("images", expanding=True)),
        log.c.head_id == bindparam("head"),
        log.c.field == Field.ANSWER.value,
    )
    .order_by(log.c.id.desc())
)
