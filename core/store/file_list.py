"""Every file of many images: where an image lies twice, both."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from core.store.database import Database, plain_rows
from core.store.roots import Roots
from core.store.schema import VECTOR, files, images, path_of

_PRESENT: Final = (
    select(files.c.image_id, files.c.root_id, files.c.relative)
    .where(~files.c.missing)
    .order_by(files.c.root_id, files.c.relative)
)


class KnownFile(NamedTuple):
    relative: str
    size_bytes: int
    mtime_ns: int
    content_hash: bytes


class FileList:
    def __init__(self, database: Database, roots: Roots) -> None:
        self._database = database
        self._roots = roots

    def of(self, ids: NDArray[np.int64]) -> list[tuple[int, str, str]]:
        """Image, path as shown, and the path below its folder; in the order of the folders. `ids` rise.

        What lies below a folder that is not there is left out where the image has another file.
        """
        with self._database.read() as connection:
            rows = [tuple(row) for row in plain_rows(connection, _PRESENT)]
        if lost := {root.root_id for root in self._roots.lost}:
            here = {row[0] for row in rows if row[1] not in lost}
            rows = [row for row in rows if row[1] not in lost or row[0] not in here]
        known = np.isin(np.array([row[0] for row in rows], np.int64), ids)
        found = []
        for place in np.flatnonzero(known).tolist():
            image_id, root_id, relative = rows[place]
            below = path_of(relative)
            found.append((image_id, self._roots.by_id(root_id).path(below), below))
        return found

    def known_below(self, root: str) -> list[KnownFile]:
        """The files of one image folder; where none is left, those that were there once."""
        query = select(files.c.relative, files.c.size_bytes, files.c.mtime_ns, images.c.hash)
        query = query.join(images, images.c.id == files.c.image_id)
        query = query.where(files.c.root_id == self._roots.find(root).root_id, images.c.format != VECTOR)
        with self._database.read() as connection:
            rows = plain_rows(connection, query.where(~files.c.missing)) or plain_rows(connection, query)
        return [KnownFile(path_of(relative), *others) for relative, *others in rows]
