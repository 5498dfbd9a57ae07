"""Reading the images: as one table, one by one, by path and by hash."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, Connection, Select, bindparam, distinct, func, select

from core.arrays.hashes import HASH_BYTES
from core.errors import Bug, UserError
from core.store.columns import ImageTable, packed_hashes
from core.store.database import Database, highest, plain_rows
from core.store.image_table import read_table
from core.store.missing import count_missing
from core.store.roots import Roots
from core.store.schema import files, images, path_of, quarantine
from core.values import ContentHash, ImageFile, ImageId

CHUNK: Final = 10_000
"""Values in one IN list; SQLite takes 32,766 at most."""
_FEW: Final = 2_000
_NO_STAMP: Final = (-1, -1)
_Query = TypeVar("_Query", bound=Select[Any])


@dataclass(frozen=True, slots=True, eq=False)
class _Hidden:
    """What is hidden beside `table` among the images up to the id `last`."""

    table: ImageTable
    last: int
    hashes: NDArray[np.uint8]
    """(images, 32)"""


class Images:
    """The project's images. `all` is kept in memory until files change, where nobody else can change them."""

    def __init__(self, database: Database, roots: Roots) -> None:
        self._database = database
        self._roots = roots
        self._forgotten = 0
        self._kept: tuple[int, ImageTable] | None = None
        """A table, and how often it had been forgotten before when it began to be read"""
        self._hidden: _Hidden | None = None

    def all(self) -> ImageTable:
        """The images that have a file to be seen in."""
        if self._database.is_held:  # what is kept may be of another state, and is kept for those who read the newest
            with self._database.read() as connection:
                return read_table(connection)
        kept, asked = self._kept, self._forgotten  # what is written beside may forget it meanwhile
        if kept is not None and kept[0] == asked and self._database.writable:
            return kept[1]
        with self._database.read() as connection:
            table = read_table(connection)
        self._kept = asked, table
        return table

    def forget(self) -> None:
        """Files changed: read again at the next look."""
        self._forgotten += 1

    def count(self) -> int:
        with self._database.read() as connection:
            return connection.scalar(select(func.count(distinct(files.c.image_id))).where(~files.c.missing)) or 0

    def count_missing(self) -> int:
        """Images of which no file is where it was."""
        with self._database.read() as connection:
            return count_missing(connection)

    def hidden_hashes(self) -> NDArray[np.uint8]:
        """(images, 32) of images without a picture to show: their files are gone, or only a vector is known.

        Kept as long as `all` is, and no image was added: of a million, a database takes seconds to find them.
        """
        table = self.all()
        with self._database.read() as connection:
            last, kept = highest(connection, images.c.id), self._hidden
            if kept is None or kept.table is not table or kept.last != last:
                kept = _Hidden(table, last, _hashes_beside(connection, table, last))
        if not self._database.is_held:
            self._hidden = kept
        return kept.hashes

    def get(self, ids: Iterable[ImageId]) -> list[ImageFile]:
        """In the order of `ids`. An image in several files comes with the first that can be reached."""
        wanted = list(ids)
        found = self._files_of(wanted)
        try:
            return [found[image_id] for image_id in wanted]
        except KeyError as error:
            raise Bug(f"there is no image with id {error}") from error

    def get_known(self, ids: Iterable[ImageId]) -> list[ImageFile]:
        """The same, without those that this project never had."""
        wanted = list(ids)
        found = self._files_of(wanted)
        return [found[image_id] for image_id in wanted if image_id in found]

    def _files_of(self, ids: Sequence[ImageId]) -> dict[ImageId, ImageFile]:
        wanted = [int(image_id) for image_id in ids]
        found: dict[ImageId, ImageFile] = {}
        with self._database.read() as connection:
            few = len(wanted) <= _FEW  # otherwise reading everything is faster
            rows = connection.execute(_FILES_OF_SOME, {"images": wanted}) if few else plain_rows(connection, _FILES)
            for row in rows:
                image_id = ImageId(row[0])
                first = found.get(image_id)
                if first is None or (first.lost and not row[8] and self._roots.by_id(row[6]).reached):
                    found[image_id] = self._image_file(row)
        return found

    def by_path(self, path: str) -> ImageId | None:
        """As `by_paths`, but raises UserError where it leads to unlike images below different roots."""
        (found,) = self.at_paths([path])
        if len(found) > 1:
            places = [root.path(path.removeprefix("./")) for root in self._roots.all]
            there = [place for place, here in zip(places, self.at_paths(places), strict=True) if here]
            raise UserError(f"{path} is in several image folders: {' and '.join(there)}", "write the folder before it")
        return found[0] if found else None

    def by_paths(self, paths: Sequence[str]) -> list[ImageId | None]:
        """The image that lies at each path now: absolute, as shown, or below any root, the first one that has it."""
        return [found[0] if found else None for found in self.at_paths(paths)]

    def at_paths(self, paths: Sequence[str]) -> list[tuple[ImageId, ...]]:
        """The images that each path may mean: several where it leads to unlike ones below different roots."""
        whole = [self._whole(path) for path in paths]
        below = [path.removeprefix("./") for path in paths]
        known = self._images_at({*below, *(relative for spots in whole for _, relative in spots)})
        found = []
        for spots, relative in zip(whole, below, strict=True):
            exact = [known[spot] for spot in spots if spot in known]
            loose = [known[root.root_id, relative] for root in self._roots.all if (root.root_id, relative) in known]
            found.append(tuple(exact[:1] or dict.fromkeys(loose)))
        return found

    def by_hash(self, hashes: NDArray[np.uint8]) -> NDArray[np.int64]:  # (n, 32) -> (n,)
        """Id of each hash, -1 where the project never saw it; with or without a file."""
        packed = np.ascontiguousarray(hashes).tobytes()
        wanted = [packed[start : start + HASH_BYTES] for start in range(0, len(packed), HASH_BYTES)]
        query = _narrowed(select(images.c.hash, images.c.id), images.c.hash, wanted)
        with self._database.read() as connection:
            known: dict[bytes, int] = dict(connection.execute(query).all())
        return np.fromiter((known.get(one, -1) for one in wanted), dtype=np.int64, count=len(wanted))

    def known(self, root: str) -> dict[str, tuple[int, int]]:
        """Relative path -> (bytes, mtime_ns) of the files that a scan need not open again unless these differ."""
        query = select(files.c.relative, files.c.size_bytes, files.c.mtime_ns)
        query = query.where(files.c.root_id == self._roots.find(root).root_id, ~files.c.missing)
        with self._database.read() as connection:
            return {path_of(relative): (size, mtime) for relative, size, mtime in plain_rows(connection, query)}

    def expected(self, root: str) -> dict[str, tuple[int, int]]:
        """The same with the files in quarantine, by a stamp that no file has: what is not there any more is gone."""
        query = select(quarantine.c.relative).where(quarantine.c.root_id == self._roots.find(root).root_id)
        with self._database.read() as connection:
            broken = connection.scalars(query).all()
        return self.known(root) | dict.fromkeys(broken, _NO_STAMP)

    def failed(self) -> list[tuple[str, str]]:
        """(path, reason) of every file in quarantine; a folder that is not there stands for all of its files."""
        query = select(quarantine.c.root_id, quarantine.c.relative, quarantine.c.reason)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(quarantine.c.root_id, quarantine.c.relative)).all()
        lost = {root.root_id for root in self._roots.lost}
        rows = [row for row in rows if row.root_id not in lost or not row.relative]
        return [(self._roots.by_id(root_id).path(relative), reason) for root_id, relative, reason in rows]

    def _whole(self, path: str) -> list[tuple[int, str]]:
        """(root id, relative) of a path that begins as a root does."""
        spots = [(root.root_id, root.relative(path)) for root in self._roots.all]
        return [(root_id, relative) for root_id, relative in spots if relative is not None]

    def _images_at(self, relatives: set[str]) -> dict[tuple[int, str], ImageId]:
        query = select(files.c.root_id, files.c.relative, files.c.image_id).where(~files.c.missing)
        query = _narrowed(query, files.c.relative, list(relatives))
        with self._database.read() as connection:
            return {(root_id, relative): ImageId(image_id) for root_id, relative, image_id in connection.execute(query)}

    def _image_file(self, row: Sequence[Any]) -> ImageFile:
        image_id, content_hash, width, height, kind, size_bytes, root_id, relative, missing = row
        root = self._roots.by_id(root_id)
        return ImageFile(
            image_id=ImageId(image_id),
            content_hash=ContentHash(content_hash.hex()),
            path=root.path(path_of(relative)),
            width=width,
            height=height,
            format=kind,
            size_bytes=size_bytes,
            missing=bool(missing),
            root=root.shown,
            lost=not root.reached,
        )


_FILES: Final = (
    select(
        images.c.id,
        images.c.hash,
        images.c.width,
        images.c.height,
        images.c.format,
        images.c.size_bytes,
        files.c.root_id,
        files.c.relative,
        files.c.missing,
    )
    .join(files, files.c.image_id == images.c.id)
    .order_by(images.c.id, files.c.missing, files.c.id)
)

_FILES_OF_SOME: Final = _FILES.where(images.c.id.in_(bindparam("images", expanding=True)))
"""Built once: this runs at every key stroke."""


def _hashes_beside(connection: Connection, table: ImageTable, last: int) -> NDArray[np.uint8]:
    """(images, 32) of the images up to the id `last` that are not in `table`."""
    is_hidden = np.ones(last + 1, np.bool_)
    is_hidden[table.ids] = False
    ids = np.flatnonzero(is_hidden)
    hashes: list[bytes] = []
    for start in range(0, len(ids), CHUNK):
        chunk = images.c.id.in_(ids[start : start + CHUNK].tolist())
        hashes += connection.scalars(select(images.c.hash).where(chunk).order_by(images.c.id))
    return packed_hashes(hashes)


def _narrowed(query: _Query, column: Column[Any], wanted: Sequence[Any]) -> _Query:
    """`query` for `wanted` values of `column`; where these are many, for all: reading everything is faster then."""
    return query.where(column.in_(wanted)) if len(wanted) <= _FEW else query
