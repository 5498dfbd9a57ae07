"""Marks of what a head is trained on: alike while it is the same, and worked out without reading it row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from core.store.database import Database
from core.store.schema import group_of_image, images, standing
from core.values import Field, HeadId

_PRIME: Final = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Mark:
    """Of many things; alike where the things are the same."""

    count: int
    digest: str


class Marks:
    """By the sum of ids, which many others have too, and by that of their squares, cut down by a prime."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, head_id: HeadId) -> dict[str, Mark]:
        """Of the answers that stand, of the groups of their images, and of images that are marked under the head."""
        with self._database.read() as connection:
            asked = {"head": head_id}
            found = {name: connection.execute(query, asked).one() for name, query in _MARKS.items()}
        return {name: Mark(row[0], "-".join(f"{int(part or 0):x}" for part in row[1:])) for name, row in found.items()}


def _marked(number: ColumnElement[int]) -> tuple[ColumnElement[Any], ...]:
    return func.count(), func.sum(number), func.sum(number * number % _PRIME)


def _under(field: Field) -> ColumnElement[bool]:
    return (standing.c.head_id == bindparam("head")) & (standing.c.field == field.value)


def _set_of(field: Field) -> Select[Any]:
    return select(*_marked(standing.c.image_id)).where(_under(field), standing.c.value == "true")


_ANSWERED: Final = _under(Field.ANSWER) & standing.c.value.is_not(None)
_MARKS: Final[dict[str, Select[Any]]] = {
    "answers": select(*_marked(standing.c.annotation_id)).where(_ANSWERED),
    "answered images in groups": select(*_marked(images.c.id * 31 + group_of_image))
    .select_from(standing)
    .join(images, images.c.id == standing.c.image_id)
    .where(_ANSWERED, images.c.group_id.is_not(None)),
    "exclusions": _set_of(Field.EXCLUDED),
    "skips": _set_of(Field.SKIPPED),
    "evaluation files": _set_of(Field.EVALUATION),
}
