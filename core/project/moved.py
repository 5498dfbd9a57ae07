"""Whether a folder holds the known images of an image folder that is said to lie there now; looked at before a move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from core.errors import BadImage, EnvironmentProblem, UserError
from core.media.content import open_content
from core.media.listing import Found, Unlistable, list_files
from core.store.file_list import KnownFile
from core.store.roots import check_image_folder
from core.wording import counted

if TYPE_CHECKING:
    from core.project.facade import Project

OPENED: Final = 200
"""Files that are read to their end of those called as they were, and of others; where more have the size of one that is
sought, their share stands for all."""
_FEW: Final = 3
"""Images below which those that were found stand for no others."""
_HARDLY_ANY: Final = 0.1
_MOST: Final = 0.5
_NEARLY_ALL: Final = 0.8
"""A move may rename or drop a few files."""


@dataclass(frozen=True, slots=True)
class MovedFolder:
    """What of the image folder `old` lies in `new`."""

    old: str
    new: str
    known: int
    """Images of `old`"""
    found: int
    unread: str = ""
    """Which of its files that may be some of the others were not read; empty where all were."""

    @property
    def is_elsewhere(self) -> bool:
        """None of them, or hardly any, is there."""
        return self.found < _HARDLY_ANY * self.known or (self.known > 0 and not self.found)

    @property
    def holds_most(self) -> bool:
        return self.found >= _MOST * self.known

    @property
    def holds_nearly_all(self) -> bool:
        return self.found >= _NEARLY_ALL * self.known

    @property
    def text(self) -> str:
        known = counted(self.known, "known image")
        unread = f" ({self.unread})" if self.unread and self.found < self.known else ""
        if not self.found:
            return f"none of the {known} of {self.old} is in {self.new}{unread}"
        there, not_there = f"{self.found:,} of the {known} of {self.old}", self.known - self.found
        return f"{there} {'is' if self.found == 1 else 'are'} in {self.new}, {not_there:,} not{unread}"


def look_at_moved(project: Project, old: str, new: str) -> MovedFolder:
    """Raises UserError where the images of `old` are not in `new`, which then is another folder."""
    check_image_folder(new, project.folder)
    known = project.files.known_below(old)
    found, read = _count_found(known, new)
    moved = MovedFolder(old, new, len({file.content_hash for file in known}), found, read.left_out())
    if moved.is_elsewhere:
        remedy = "name the folder that holds them now"
        raise UserError(moved.text, f"see to its permissions, or {remedy}" if read.reasons else remedy)
    return moved


@dataclass(slots=True)
class _Read:
    """What came of the files that may be images that are sought."""

    likely: int = 0
    opened: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """Why files, or folders, could not be read"""

    def left_out(self) -> str:
        told = [f"{self.opened:,} of {self.likely:,} files of their sizes were read"] * (self.opened < self.likely)
        if self.reasons:
            (reason, _), count = self.reasons.most_common(1)[0], self.reasons.total()
            told.append(f"{count:,} could not be read: {reason}")
        return ", ".join(told)


def _count_found(known: Sequence[KnownFile], new: str) -> tuple[int, _Read]:
    """Images: by name, size and time where these agree, else by content, wherever below `new` they lie."""
    read = _Read()
    there = _listed(new, read)
    sure = {file.relative for file in known if there.get(file.relative) == (file.size_bytes, file.mtime_ns)}
    found = {file.content_hash for file in known if file.relative in sure}
    sought = {file.content_hash for file in known if file.content_hash not in found}
    most, others = len(sought), 0
    # Where all files are of one size, a share of all hides those called as they were, or one stands for many.
    for part in _by_likeness([file for file in known if file.content_hash in sought], there, sure):
        if others >= most:
            break
        opened = _drawn(part)
        hits = {content for relative in opened if (content := _content(f"{new}/{relative}", read)) in sought}
        others += len(hits) * len(part) // len(opened) if len(hits) >= _FEW else len(hits)
        sought -= hits
        read.likely, read.opened = read.likely + len(part), read.opened + len(opened)
    return len(found) + min(most, others), read


def _drawn(part: list[str]) -> list[str]:
    """By chance: names may come in a pattern, such as each image before its copies in other sizes."""
    if len(part) <= OPENED:
        return part
    return [part[row] for row in np.random.default_rng(0).choice(len(part), OPENED, replace=False)]


def _by_likeness(
    sought: Sequence[KnownFile], there: Mapping[str, tuple[int, int]], sure: Collection[str]
) -> list[list[str]]:
    """Files of the sizes that are sought: those at their path, at that path deeper, called so, and others."""
    sizes = {file.size_bytes for file in sought}
    paths = {(file.relative, file.size_bytes) for file in sought}
    names = {(file.relative.rpartition("/")[2], file.size_bytes) for file in sought}
    parts: list[list[str]] = [[], [], [], []]
    for relative, (size, _) in there.items():
        if size not in sizes or relative in sure:
            continue
        whole = [relative[start:] for start in _starts(relative)]
        at = next((place for place, one in enumerate(whole) if (one, size) in paths), None)
        called = (whole[-1], size) in names
        parts[min(at, 1) if at is not None else 2 if called else 3].append(relative)
    return [part for part in parts if part]


def _starts(relative: str) -> list[int]:
    """Where a part of the path begins."""
    return [0, *(place + 1 for place, letter in enumerate(relative) if letter == "/")]


def _listed(folder: str, read: _Read) -> dict[str, tuple[int, int]]:
    """Relative path -> (bytes, mtime_ns)"""
    there = {}
    for item in list_files(folder):
        match item:
            case Found():
                there[item.relative] = (item.size_bytes, item.mtime_ns)
            case Unlistable(relative="", reason=reason):
                raise EnvironmentProblem(f"{folder} is {reason}", "see to its permissions")
            case Unlistable(reason=reason):
                read.reasons[reason] += 1
    return there


def _content(path: str, read: _Read) -> bytes:
    """Its hash; empty where it is no picture that can be read."""
    try:
        with open_content(path) as content:
            return bytes.fromhex(content.hash)
    except BadImage as error:
        read.reasons[error.reason] += 1
    except MemoryError:
        read.reasons["there is not enough memory"] += 1
    return b""
