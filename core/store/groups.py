"""Groups of images that show nearly the same: copies and their source, shots of one burst. A fold keeps them together.

Groups only grow: they are named after their oldest image, so the order in which pairs come in makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, select, update

from core.changes import Changes
from core.store.database import Database
from core.store.images import CHUNK
from core.store.schema import group_of_image, images, standing
from core.unions import Unions
from core.values import ContentHash, Field, ImageId

_IN_A_GROUP: Final = images.c.group_id.is_not(None)


class Groups:
    """Which images belong together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shared: set[int] = set()
        """Groups of more than one image, or some more; complete once a join was asked for: nobody else writes them."""
        self._knows_shared = False

    def join(self, pairs: Sequence[tuple[ContentHash, ContentHash]]) -> Changes:
        """The two images of each pair share a group from now on; pairs with an unknown image say nothing.

        No answer is touched, but what learns from the answers of those that joined must hear of it.
        """
        with self._database.write() as connection:
            group_of = _groups_of(connection, {name for pair in pairs for name in pair})
            moved = Unions()
            for first, second in pairs:
                if first in group_of and second in group_of:
                    moved.join(group_of[first], group_of[second])
            joined = self._rename(connection, dict(moved.renamed()))
            return Changes(annotated=_answered(connection, joined))

    def _rename(self, connection: Connection, renamed: dict[int, int]) -> list[int]:
        """Every image of the groups that were joined goes along, and not only those that joined them; their ids.

        Of groups of one there is none to look for: that goes through every image of the project.
        """
        if not self._knows_shared:
            self._shared.update(connection.scalars(select(images.c.group_id).where(_IN_A_GROUP).distinct()))
            self._knows_shared = True
        rows = [{"image": was, "group": now} for was, now in renamed.items()]  # the oldest image, which names the group
        if not self._shared.isdisjoint(renamed):
            members = connection.execute(select(images.c.id, images.c.group_id).where(_IN_A_GROUP)).all()
            rows += [{"image": image, "group": renamed[group]} for image, group in members if group in renamed]
        if rows:
            statement = update(images).where(images.c.id == bindparam("image")).values(group_id=bindparam("group"))
            connection.execute(statement, rows)
        self._shared.update(renamed.values())
        return [row["image"] for row in rows]

    def of(self, ids: Iterable[ImageId]) -> dict[ImageId, int]:
        """The group of each image; an image that is like no other is a group of its own, named by its id."""
        wanted = [int(image) for image in ids]
        found: dict[ImageId, int] = {}
        with self._database.read() as connection:
            for start in range(0, len(wanted), CHUNK):
                query = select(images.c.id, group_of_image).where(images.c.id.in_(wanted[start : start + CHUNK]))
                found |= {ImageId(image): group for image, group in connection.execute(query)}
        return found

    def named(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:  # (images,) -> (images,)
        """The same of many at once; `ids` rise."""
        with self._database.read() as connection:
            joined = connection.execute(select(images.c.id, images.c.group_id).where(_IN_A_GROUP))
            pairs = np.array([(row.id, row.group_id) for row in joined], np.int64).reshape(-1, 2)
        pairs = pairs[np.isin(pairs[:, 0], ids)]
        named = ids.copy()
        named[np.searchsorted(ids, pairs[:, 0])] = pairs[:, 1]
        return named


def _groups_of(connection: Connection, names: Iterable[ContentHash]) -> dict[ContentHash, int]:
    wanted = [bytes.fromhex(name) for name in names]
    found: dict[ContentHash, int] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(images.c.hash, group_of_image).where(images.c.hash.in_(wanted[start : start + CHUNK]))
        found |= {ContentHash(one.hex()): group for one, group in connection.execute(query)}
    return found


def _answered(connection: Connection, among: Sequence[int]) -> frozenset[ImageId]:
    """Those that hold an answer of any head."""
    query = select(standing.c.image_id).where(standing.c.field == Field.ANSWER.value, standing.c.value.is_not(None))
    found: set[ImageId] = set()
    for start in range(0, len(among), CHUNK):
        found.update(connection.scalars(query.where(standing.c.image_id.in_(among[start : start + CHUNK]))))
    return frozenset(found)
