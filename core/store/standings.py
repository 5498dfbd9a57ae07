"""What holds now: `standing`, derived from the log and kept in step with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from core.store.images import CHUNK
from core.store.schema import IMAGE_LEVEL, log, standing
from core.values import Field


class Subject(NamedTuple):
    """What an annotation speaks about."""

    head: int
    """IMAGE_LEVEL for what belongs to the image itself."""
    field: str
    image: int


class Holding(NamedTuple):
    """The row of the log that holds for a subject."""

    value: str | None
    annotation: int


class LogRow(NamedTuple):
    annotation: int
    subject: Subject
    value: str | None
    retracts: int | None


def effective(rows: Iterable[LogRow]) -> dict[Subject, Holding]:
    """What holds after `rows`, given newest first."""
    holding: dict[Subject, Holding] = {}
    for row in counting(rows):
        if row.subject not in holding:
            holding[row.subject] = Holding(row.value, row.annotation)
    return holding


def counting(rows: Iterable[LogRow]) -> Iterator[LogRow]:
    """Those of `rows`, given newest first, that say something and stand: no newer row that counts takes them back."""
    taken_back: set[int] = set()
    for row in rows:
        if row.annotation in taken_back:
            continue
        if row.retracts is not None:
            taken_back.add(row.retracts)
        else:
            yield row


_COLUMNS: Final = (log.c.id, log.c.head_id, log.c.field, log.c.image_id, log.c.value, log.c.retracts)


_WHOLE_LOG: Final = select(*_COLUMNS).order_by(log.c.id.desc())
_NAMED: Final = log.alias()
_OF_SUBJECTS: Final = _WHOLE_LOG.join(
    _NAMED,
    (log.c.image_id == _NAMED.c.image_id)
    & (log.c.field == _NAMED.c.field)
    & log.c.head_id.is_not_distinct_from(_NAMED.c.head_id),
).where(_NAMED.c.act_id == bindparam("act"))


def whole_log(connection: Connection) -> Iterator[LogRow]:
    """Newest first."""
    return map(_log_row, connection.execute(_WHOLE_LOG))


def log_of_subjects(connection: Connection, act: int) -> Iterator[LogRow]:
    """All that was ever said of what `act` spoke about, newest first."""
    return map(_log_row, connection.execute(_OF_SUBJECTS, {"act": act}))


def holdings(connection: Connection, head: int, field: Field, image_ids: Sequence[int]) -> dict[Subject, Holding]:
    """What `standing` says of one field of some images."""
    found: dict[Subject, Holding] = {}
    for start in range(0, len(image_ids), CHUNK):
        asked = {"head": head, "field": field.value, "images": image_ids[start : start + CHUNK]}
        for image_id, value, annotation in connection.execute(_HOLDINGS, asked):
            found[Subject(head, field.value, image_id)] = Holding(value, annotation)
    return found


def all_holdings(connection: Connection) -> dict[Subject, Holding]:
    query = select(
        standing.c.head_id, standing.c.field, standing.c.image_id, standing.c.value, standing.c.annotation_id
    )
    return {
        Subject(head, field, image): Holding(value, annotation)
        for head, field, image, value, annotation in connection.execute(query)
    }


def settle(connection: Connection, before: Mapping[Subject, Holding], after: Mapping[Subject, Holding]) -> None:
    """Turn the rows `before` into the rows `after`. Plain INSERT and UPDATE: every database has these."""
    gone = [_key(subject) for subject in before if subject not in after]
    fresh = [_key(subject) | _held(held) for subject, held in after.items() if subject not in before]
    changed = [
        _key(subject) | _held(held) for subject, held in after.items() if subject in before and before[subject] != held
    ]
    if gone:
        connection.execute(_DELETE, gone)
    if changed:
        connection.execute(_UPDATE, changed)
    if fresh:
        connection.execute(_INSERT, fresh)


# Built once: these run at every key stroke.
_HOLDINGS: Final = select(standing.c.image_id, standing.c.value, standing.c.annotation_id).where(
    standing.c.head_id == bindparam("head"),
    standing.c.field == bindparam("field"),
    standing.c.image_id.in_(bindparam("images", expanding=True)),
)
_IS_SUBJECT: Final = (
    (standing.c.head_id == bindparam("of_head"))
    & (standing.c.field == bindparam("of_field"))
    & (standing.c.image_id == bindparam("of_image"))
)
_DELETE: Final = delete(standing).where(_IS_SUBJECT)
_UPDATE: Final = (
    update(standing)
    .where(_IS_SUBJECT)
    .values(value=bindparam("held_value"), annotation_id=bindparam("held_annotation"))
)
_INSERT: Final = insert(standing).values(
    head_id=bindparam("of_head"),
    field=bindparam("of_field"),
    image_id=bindparam("of_image"),
    value=bindparam("held_value"),
    annotation_id=bindparam("held_annotation"),
)


def _key(subject: Subject) -> dict[str, Any]:
    return {"of_head": subject.head, "of_field": subject.field, "of_image": subject.image}


def _held(holding: Holding) -> dict[str, Any]:
    return {"held_value": holding.value, "held_annotation": holding.annotation}


def _log_row(row: Sequence[Any]) -> LogRow:
    annotation, head, field, image, value, retracts = row
    return LogRow(annotation, Subject(head or IMAGE_LEVEL, field, image), value, retracts)
