"""Which heads a tags head was made from, and what it took over from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import bindparam, select

from core.changes import Changes
from core.store.codec import answer_of
from core.store.database import Database
from core.store.edits import newest_note, note_edit, record_edit
from core.store.heads import add_head, check_labels, head_by_id, head_state, place_labels
from core.store.schema import acts, log
from core.store.standings import LogRow, Subject, counting
from core.values import (
    Combine,
    Field,
    Head,
    HeadId,
    HeadKind,
    ImageId,
    Label,
    LabelId,
    Origin,
    Source,
    TagsValue,
    Tiles,
)

Wanted = Mapping[HeadId, Mapping[LabelId, LabelId | str | None]]
"""Of each head, what each of its labels becomes: a tag there is, a tag of that name to be made, or none."""
_KEY: Final = "made from"


class Origins:
    """Kept among the notes of what was done to a head; the newest one holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, head_id: HeadId) -> tuple[Origin, ...]:
        """Empty for a head that was not made from others."""
        with self._database.read() as connection:
            return tuple(map(_origin, newest_note(connection, head_id, _KEY).get(_KEY, ())))

    def make(self, name: str, wanted: Wanted, encoder: str, tiles: Tiles, combine: Combine) -> tuple[Head, Changes]:
        """A tags head with the tags that `wanted` names, in their order; it has no answers yet."""
        with self._database.write() as connection:
            head, act = add_head(connection, name, HeadKind.TAGS, _new_names(wanted), encoder, tiles, combine, {})
            note_edit(connection, head.head_id, {_KEY: _made_from(head, wanted)})
        return head, Changes(act=act, head=head.head_id, heads=True)

    def extend(self, head_id: HeadId, wanted: Wanted) -> tuple[Head, Changes]:
        """What the head is made from is `wanted` from now on; the tags it has stay."""
        with self._database.write() as connection:
            before, was = head_by_id(connection, head_id), head_state(connection, head_id)["labels"]
            labels: list[Label | str] = [*before.labels, *_new_names(wanted)]
            check_labels(HeadKind.TAGS, [label.name if isinstance(label, Label) else label for label in labels])
            place_labels(connection, head_id, labels)
            head = head_by_id(connection, head_id)
            noted, now = newest_note(connection, head_id, _KEY).get(_KEY, []), _made_from(head, wanted)
            placed = head_state(connection, head_id)["labels"]
            act = record_edit(connection, head_id, {"labels": was, _KEY: noted}, {"labels": placed, _KEY: now})
        return head, Changes(act=act, head=head_id, heads=True)

    def taken_over(self, head_id: HeadId) -> dict[ImageId, TagsValue]:
        """What was last taken over of each tag of each image, whatever a person said since; without what was undone.

        A row that takes one tag over repeats what held of the others, a person's word among it: only what it changed
        came from the heads.
        """
        with self._database.read() as connection:
            rows = connection.execute(_SAID, {"head": head_id}).all()
        from_heads = {row.id for row in rows if row.source == Source.UNIFIED}
        log_rows = (LogRow(row.id, Subject(head_id, row.field, row.image_id), row.value, row.retracts) for row in rows)
        taken: dict[ImageId, TagsValue] = {}
        held: dict[ImageId, TagsValue] = {}
        for row in reversed(list(counting(log_rows))):
            image, now = ImageId(row.subject.image), _tags(row.value)
            if row.annotation in from_heads:
                taken[image] = _followed(taken.get(image, _SILENT), held.get(image, _SILENT), now)
            held[image] = now
        return taken


_SILENT: Final = TagsValue(frozenset(), frozenset())
_SAID: Final = (
    select(log.c.id, log.c.field, log.c.image_id, log.c.value, log.c.retracts, acts.c.source)
    .join(acts, acts.c.id == log.c.act_id)
    .where(log.c.head_id == bindparam("head"), log.c.field == Field.ANSWER.value)
    .order_by(log.c.id.desc())
)


def _tags(text: str | None) -> TagsValue:
    answer = answer_of(text)
    return answer if isinstance(answer, TagsValue) else _SILENT


def _followed(taken: TagsValue, before: TagsValue, now: TagsValue) -> TagsValue:
    """`taken` with the tags that turned between `before` and `now` as they are now."""
    turned = (before.yes ^ now.yes) | (before.no ^ now.no)
    return TagsValue(taken.yes - turned | now.yes & turned, taken.no - turned | now.no & turned)


def _new_names(wanted: Wanted) -> list[str]:
    return [tag for tags in wanted.values() for tag in tags.values() if isinstance(tag, str)]


def _made_from(head: Head, wanted: Wanted) -> list[Any]:
    """As it is noted: of each head, what each of its labels became."""
    made = {label.name: label.label_id for label in head.labels}
    return [[head_id, [[label, _tag_id(tag, made)] for label, tag in tags.items()]] for head_id, tags in wanted.items()]


def _tag_id(tag: LabelId | str | None, made: Mapping[str, LabelId]) -> LabelId | None:
    return made[tag.strip()] if isinstance(tag, str) else tag


def _origin(noted: list[Any]) -> Origin:
    head_id, tags = noted
    return Origin(HeadId(head_id), {LabelId(label): None if tag is None else LabelId(tag) for label, tag in tags})
