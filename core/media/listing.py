"""Which files of a folder may be pictures: everything that is not hidden, ours, or a companion of a picture.

A file is judged by its content and never by its extension, so listing opens nothing.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from core.media.opening import irregular
from core.media.system_reasons import system_reason
from core.names import MANIFEST, PROJECT_FILE, SYNTHETIC_TABLE

_PROJECT_FOLDERS = frozenset({"embeddings", "heads", "thumbnails", "logs", "backups"})
_NO_PICTURES = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r", SYNTHETIC_TABLE})
COMPANIONS = frozenset({".txt", ".json", ".xml", ".xmp", ".caption", ".npy", ".yaml", ".csv"})
"""Captions and the like: ignored beside a file of the same name with another extension."""


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate."""

    relative: str
    """Below the root, with "/" separators; undecodable bytes as lone surrogates."""
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Unlistable:
    """Something that is there but can be neither listed nor opened."""

    relative: str
    reason: str


Listed = Found | Unlistable


def list_files(root: str, *, on_ignored: Callable[[str], None] = lambda relative: None) -> Iterator[Listed]:
    """Every candidate below `root`, by name within each folder. Linked folders come last; no folder comes twice.

    `on_ignored` is told what is left out: hidden files and folders, companions, projects, second ways to a folder.
    """
    return _Walk(root, on_ignored).run()


@dataclass(slots=True)
class _Walk:
    root: str
    on_ignored: Callable[[str], None]
    seen: set[tuple[int, int]] = field(default_factory=set)
    linked: deque[str] = field(default_factory=deque)
    """Folders behind links wait until all real ones are listed, so that a real path wins over a linked one."""

    def run(self) -> Iterator[Listed]:
        yield from self._below("")
        while self.linked:
            yield from self._linked_folder(self.linked.popleft())

    def _below(self, relative: str) -> Iterator[Listed]:
        waiting = [relative]
        while waiting:
            folder = waiting.pop()
            inner: list[str] = []
            yield from self._folder(folder, inner)
            waiting.extend(reversed(inner))

    def _folder(self, relative: str, inner: list[str]) -> Iterator[Listed]:
        """Candidates of one folder; its folders are added to `inner`."""
        try:
            names = sorted(os.listdir(self._path(relative)))  # noqa: PTH208 - names as text, not Path
            status = os.stat(self._path(relative))  # noqa: PTH116
        except OSError as error:
            if relative and isinstance(error, FileNotFoundError):
                return  # vanished since its own folder was listed
            yield Unlistable(relative, f"a folder that cannot be listed: {system_reason(error)}")
            return
        if (status.st_dev, status.st_ino) in self.seen:
            self.on_ignored(relative)
            return
        self.seen.add((status.st_dev, status.st_ino))
        if relative and PROJECT_FILE in names:
            self.on_ignored(relative)
            return
        for name in self._wanted(relative, names):
            yield from self._entry(f"{relative}/{name}" if relative else name, inner)

    def _wanted(self, relative: str, names: list[str]) -> Iterator[str]:
        is_project = PROJECT_FILE in names
        companions = _companions(names)
        for name in names:
            ours = is_project and (name in _PROJECT_FOLDERS or name.startswith(PROJECT_FILE))
            unwanted = name in companions or name.startswith(".") or name.lower() in _NO_PICTURES
            if ours or unwanted or (name.startswith(MANIFEST) and name.endswith(".csv")):
                self.on_ignored(f"{relative}/{name}" if relative else name)
            else:
                yield name

    def _entry(self, relative: str, inner: list[str]) -> Iterator[Listed]:
        path = self._path(relative)
        try:
            status = os.lstat(path)
            is_link = stat.S_ISLNK(status.st_mode)
            if is_link:
                status = os.stat(path)  # noqa: PTH116
        except FileNotFoundError:
            if os.path.islink(path):  # noqa: PTH114
                yield Unlistable(relative, "a link to nothing")
            return  # vanished since the folder was listed: as if it had never been there
        except (OSError, ValueError) as error:
            yield Unlistable(
                relative, system_reason(error) if isinstance(error, OSError) else "a name no file can have"
            )
            return
        if stat.S_ISDIR(status.st_mode):
            (self.linked if is_link else inner).append(relative)
        elif reason := irregular(status.st_mode):
            yield Unlistable(relative, reason)
        else:
            yield Found(relative, status.st_size, status.st_mtime_ns)

    def _linked_folder(self, relative: str) -> Iterator[Listed]:
        if self._leads_back(relative):
            yield Unlistable(relative, "a link that leads back to a folder it lies in")
        else:
            yield from self._below(relative)

    def _leads_back(self, relative: str) -> bool:
        target = os.path.realpath(self._path(relative))
        here = os.path.realpath(self._path(relative.rpartition("/")[0]))
        return here == target or here.startswith(target.rstrip(os.sep) + os.sep)

    def _path(self, relative: str) -> str:
        return f"{self.root}/{relative}" if relative else self.root


def _companions(names: list[str]) -> set[str]:
    """Names such as `a.txt` or `a.jpg.txt` beside `a.jpg`."""
    candidates = {name: _stem(name) for name in names if _suffix(name) in COMPANIONS}
    if not candidates:
        return set()
    others = [name for name in names if name not in candidates]
    owners = {*others, *map(_stem, others)}
    return {name for name, stem in candidates.items() if stem in owners}


def _stem(name: str) -> str:
    return PurePosixPath(name).stem


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
