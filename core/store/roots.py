"""The folders of images: as the person named them, and where they are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from sqlalchemy import Connection, Row, insert, select, update

from core.arrays.text_file import check_links
from core.errors import UserError
from core.store.database import Database, highest
from core.store.merging import merge
from core.store.schema import roots


@dataclass(frozen=True, slots=True)
class Root:
    root_id: int
    shown: str
    """As the person gave it where that still leads there from the current folder, else absolute."""
    location: str
    """Absolute, with "/" separators."""
    reached: bool = True
    """Whether it was there when it was last looked for: at the opening, or by a scan."""

    def path(self, relative: str) -> str:
        if relative.startswith("../") or "/../" in relative:  # beside the folder: see core.store.unseen
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
        self._merged: dict[int, Root] = {}
        """No longer there, for those who read of one a moment before."""
        self._load()

    @property
    def all(self) -> tuple[Root, ...]:
        return tuple(self._by_id.values())

    def by_id(self, root_id: int) -> Root:
        return self._by_id.get(root_id) or self._merged[root_id]

    @property
    def lost(self) -> tuple[Root, ...]:
        """Those that cannot be reached."""
        return tuple(root for root in self.all if not root.reached)

    def look(self) -> None:
        """Whether each is there."""
        self._by_id = {root.root_id: replace(root, reached=is_folder(root.location)) for root in self.all}

    def note(self, root: Root, *, reached: bool) -> bool:
        """What a scan found of the folder itself; True where that is new."""
        if root.root_id not in self._by_id or self._by_id[root.root_id].reached == reached:
            return False
        self._by_id[root.root_id] = replace(root, reached=reached)
        return True

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
        """The pictures of `old` now lie in `new`; a folder of the project that covers `new`, or lies in it, is one
        with `old` from then on."""
        root = self.find(old)
        given, location = plain(new), absolute(new)
        check_image_folder(given, self._folder)
        others = [other for other in self.all if other is not root]
        around = next((other for other in others if _covers(other.location, location)), None)
        inside = [other for other in others if other is not around and _covers(location, other.location)]
        for other in (around, *inside):
            _check_gone(root, given, other)
        with self._database.write() as connection:
            if around is not None:
                merge(connection, root.root_id, around.root_id, _below(around.location, location))
            else:
                for other in inside:
                    merge(connection, other.root_id, root.root_id, _below(location, other.location))
                self._free(connection, location, keep=root.root_id)
                moved = update(roots).where(roots.c.id == root.root_id)
                connection.execute(moved.values(**self._columns(given, location)))
        self._load()

    def _add_one(self, connection: Connection, given: str, location: str) -> bool:
        present = [
            (row.id, self._by_id[row.id].location if row.id in self._by_id else row.resolved)
            for row in connection.execute(select(roots.c.id, roots.c.resolved))
        ]
        if any(_covers(place, location) for _, place in present):
            return False
        self._free(connection, location)
        root_id = highest(connection, roots.c.id) + 1
        connection.execute(insert(roots).values(id=root_id, **self._columns(given, location)))
        for other, place in present:
            if _covers(location, place):
                merge(connection, other, root_id, _below(location, place))
        return True

    def _free(self, connection: Connection, location: str, *, keep: int | None = None) -> None:
        """A root that lay at `location` and was moved with the project since is written down where it lies now."""
        present = {row.resolved: row.id for row in connection.execute(select(roots.c.id, roots.c.resolved))}
        root = self._by_id.get(present.get(location, -1))
        if root is None or root.root_id == keep or root.location == location:
            return
        if (there := present.get(root.location)) is not None:  # another one was added there: both are one
            merge(connection, root.root_id, there, "")
            return
        moved = update(roots).where(roots.c.id == root.root_id)
        connection.execute(moved.values(**self._columns(root.shown, root.location)))

    def _columns(self, given: str, location: str) -> dict[str, str]:
        return {"given": given, "resolved": location, "beside": _beside(location, self._folder)}

    def _load(self) -> None:
        with self._database.read() as connection:
            rows = connection.execute(select(roots).order_by(roots.c.id)).all()
        self._merged |= self._by_id
        self._by_id = {row.id: _root(row, self._folder) for row in rows}


def check_image_folder(path: str, project: Path) -> None:
    """Raises UserError unless `path` is a folder whose pictures the project may list."""
    if not os.path.lexists(path):
        raise UserError(f"there is no folder {path}", "check the name of the image folder")
    check_links(Path(path))
    if not is_folder(path):
        raise UserError(f"{path} is not a folder", "name the folder that holds the images")
    if absolute(path) == absolute(str(project)):
        raise UserError(f"{path} would hold both the images and the project", f"make the project in {path}/.winnow")


def _check_gone(root: Root, new: str, other: Root | None) -> None:
    """Raises UserError where `root` would be one with `other` although its files still lie in it."""
    if other is not None and _holds_files(root.location) and not _is_same(root.location, new):
        problem = f"{root.shown} is still there, and {new} overlaps {other.shown}, which the project has already"
        raise UserError(problem, "leave both, or move the images first")


def _is_same(folder: str, new: str) -> bool:
    try:
        return Path(folder).samefile(new)
    except OSError:  # out of reach for now
        return False


def _holds_files(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(entries)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # there, but out of reach for now
        return True


def is_folder(path: str) -> bool:
    """False too where nobody may look, or the drive does not answer."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises then


def plain(path: str) -> str:
    """`path` with "/" separators and none at the end."""
    text = PurePath(path).as_posix() if os.sep != "/" else path
    return text.rstrip("/") or "/"


def absolute(path: str) -> str:
    return plain(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps "..", Path.resolve follows links


def _root(row: Row[tuple[int, str, str, str]], project: Path) -> Root:
    location = row.resolved
    beside = absolute(str(project / row.beside)) if row.beside else location
    if not is_folder(location) and is_folder(beside):
        location = beside  # project and images were moved together
    shown = row.given if absolute(row.given) == location else location
    return Root(row.id, shown, location, reached=is_folder(location))


def _beside(location: str, project: Path) -> str:
    try:
        return plain(os.path.relpath(location, absolute(str(project))))
    except ValueError:  # another drive
        return ""


def _join(start: str, relative: str) -> str:
    return f"{start}{relative}" if start.endswith("/") else f"{start}/{relative}"


def _covers(outer: str, inner: str) -> bool:
    return inner == outer or inner.startswith(_join(outer, ""))


def _below(outer: str, inner: str) -> str:
    return inner[len(_join(outer, "")) :] if _covers(outer, inner) else ""
