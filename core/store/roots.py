"""The folders of images: as the person named them, and where they are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from sqlalchemy import Connection, Row, delete, insert, select, update

from core.errors import UserError
from core.store.database import Database, highest
from core.store.schema import files, quarantine, roots


@dataclass(frozen=True, slots=True)
class Root:
    root_id: int
    shown: str
    """As the person gave it where that still leads there from the current folder, else absolute."""
    location: str
    """Absolute, with "/" separators."""

    def path(self, relative: str) -> str:
        if relative.startswith("../"):  # beside the folder: see core.store.unseen
            return plain(os.path.normpath(_join(self.shown, relative)))
        return _join(self.shown, relative) if relative else self.shown

    def relative(self, path: str) -> str | None:
        """The part of `path` below this root, given as shown or absolute; None where it lies elsewhere."""
        for start in (self.shown, self.location):
            if path.startswith(_join(start, "")):
                return path[len(_join(start, "")) :]
        below = _below(self.location, absolute(path))
        return below or None


class Roots:
    """Kept in memory; there are few."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._by_id: dict[int, Root] = {}
        self._load()

    @property
    def all(self) -> tuple[Root, ...]:
        return tuple(self._by_id.values())

    def by_id(self, root_id: int) -> Root:
        return self._by_id[root_id]

    def find(self, name: str) -> Root:
        """The root that goes by `name`, as given or absolute."""
        for root in self.all:
            if name in (root.shown, root.location) or absolute(name) == root.location:
                return root
        known = ", ".join(root.shown for root in self.all) or "none"
        raise UserError(f"{name} is no image folder of this project", f"it has: {known}")

    def add(self, paths: Sequence[str]) -> bool:
        """True if anything was added. A folder inside one that is there already is covered by it."""
        wanted = [(plain(path), absolute(path)) for path in paths]
        for given, _ in wanted:
            check_image_folder(given, self._folder)
        added = False
        with self._database.write() as connection:
            for given, location in wanted:
                added |= self._add_one(connection, given, location)
        self._load()
        return added

    def relocate(self, old: str, new: str) -> None:
        """The pictures of `old` now lie in `new`."""
        root = self.find(old)
        given, location = plain(new), absolute(new)
        check_image_folder(given, self._folder)
        for other in self.all:
            if other is not root and (_covers(other.location, location) or _covers(location, other.location)):
                raise UserError(f"{new} overlaps {other.shown}, which the project has already", "name another folder")
        with self._database.write() as connection:
            connection.execute(update(roots).where(roots.c.id == root.root_id).values(**self._columns(given, location)))
        self._load()

    def _add_one(self, connection: Connection, given: str, location: str) -> bool:
        present = connection.execute(select(roots.c.id, roots.c.resolved)).all()
        if any(_covers(row.resolved, location) for row in present):
            return False
        root_id = highest(connection, roots.c.id) + 1
        connection.execute(insert(roots).values(id=root_id, **self._columns(given, location)))
        for row in present:
            if _covers(location, row.resolved):
                _absorb(connection, row.id, root_id, _below(location, row.resolved))
        return True

    def _columns(self, given: str, location: str) -> dict[str, str]:
        return {"given": given, "resolved": location, "beside": _beside(location, self._folder)}

    def _load(self) -> None:
        with self._database.read() as connection:
            rows = connection.execute(select(roots).order_by(roots.c.id)).all()
        self._by_id = {row.id: _root(row, self._folder) for row in rows}


def check_image_folder(path: str, project: Path) -> None:
    """Raises UserError unless `path` is a folder whose pictures the project may list."""
    if not os.path.lexists(path):
        raise UserError(f"there is no folder {path}", "check the name of the image folder")
    if not Path(path).is_dir():
        raise UserError(f"{path} is not a folder", "name the folder that holds the images")
    if absolute(path) == absolute(str(project)):
        raise UserError(f"{path} would hold both the images and the project", f"make the project in {path}/.winnow")


def plain(path: str) -> str:
    """`path` with "/" separators and none at the end."""
    text = PurePath(path).as_posix() if os.sep != "/" else path
    return text.rstrip("/") or "/"


def absolute(path: str) -> str:
    return plain(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps "..", Path.resolve follows links


def _root(row: Row[tuple[int, str, str, str]], project: Path) -> Root:
    location = row.resolved
    beside = absolute(str(project / row.beside)) if row.beside else location
    if not Path(location).is_dir() and Path(beside).is_dir():
        location = beside  # project and images were moved together
    shown = row.given if absolute(row.given) == location else location
    return Root(row.id, shown, location)


def _beside(location: str, project: Path) -> str:
    try:
        return plain(os.path.relpath(location, absolute(str(project))))
    except ValueError:  # another drive
        return ""


def _absorb(connection: Connection, child: int, parent: int, prefix: str) -> None:
    """Hang the files of a root that lies inside a new one under the new one."""
    for table in (files, quarantine):
        moved = {"root_id": parent, "relative": f"{prefix}/" + table.c.relative}
        connection.execute(update(table).where(table.c.root_id == child).values(**moved))
    connection.execute(delete(roots).where(roots.c.id == child))


def _join(start: str, relative: str) -> str:
    return f"{start}{relative}" if start.endswith("/") else f"{start}/{relative}"


def _covers(outer: str, inner: str) -> bool:
    return inner == outer or inner.startswith(_join(outer, ""))


def _below(outer: str, inner: str) -> str:
    return inner[len(_join(outer, "")) :] if _covers(outer, inner) else ""
