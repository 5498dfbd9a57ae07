"""Images known by their vector alone: no picture lies anywhere, so they are never shown, but they teach and are logged.

Each has a row of `files` that is marked missing and names the file its vector came from. Where the picture itself is
found later under the same content hash, the image gets a file like any other.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert, select

from core.errors import UserError, Way
from core.store.database import Database, highest
from core.store.images import CHUNK
from core.store.roots import Roots, absolute, plain
from core.store.schema import VECTOR, files, images
from core.values import ImageId


class Unseen:
    """Adds images without a picture."""

    def __init__(self, database: Database, roots: Roots) -> None:
        self._database = database
        self._roots = roots

    def add(self, hashes: NDArray[np.uint8], paths: Sequence[str]) -> list[ImageId]:  # (n, 32)
        """Ids of the images with these content hashes, in their order; `paths` name where the vectors lie."""
        packed = [row.tobytes() for row in hashes]
        first = dict(zip(reversed(packed), reversed(paths), strict=True))
        root = next(iter(self._roots.all), None)
        if not packed:
            return []
        if root is None:
            raise UserError("the project has no image folder", "add one", Way.IMAGES)
        with self._database.write() as connection:
            ids: dict[bytes, int] = {}
            for start in range(0, len(packed), CHUNK):
                chunk = images.c.hash.in_(packed[start : start + CHUNK])
                ids |= {row.hash: row.id for row in connection.execute(select(images.c.hash, images.c.id).where(chunk))}
            new = [one for one in dict.fromkeys(packed) if one not in ids]
            start = highest(connection, images.c.id) + 1
            ids |= {one: start + offset for offset, one in enumerate(new)}
            if new:
                seen = {"width": 0, "height": 0, "format": VECTOR, "size_bytes": 0}
                connection.execute(insert(images), [{"id": ids[one], "hash": one, **seen} for one in new])
                at = {"root_id": root.root_id, "size_bytes": 0, "mtime_ns": 0, "missing": True}
                places = [{"image_id": ids[one], "relative": _beside(root.location, first[one]), **at} for one in new]
                connection.execute(insert(files), places)
        return [ImageId(ids[one]) for one in packed]


def _beside(root: str, path: str) -> str:
    """`path` as seen from the image folder, which is how files are named in a project."""
    try:
        return plain(os.path.relpath(absolute(path), root))
    except ValueError:  # another drive
        return absolute(path)
