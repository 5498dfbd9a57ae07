"""Whether a folder holds the known images of an image folder that is said to lie there now; looked at before a move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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
_NOWHERE: Final = (-1, 0)
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
        if not self.found:
            return f"none of the {known} of {self.old} is in {self.new}"
        there, not_there = f"{self.found:,} of the {known} of {self.old}", self.known - self.found
        return f"{there} {'is' if self.found == 1 else 'are'} in {self.new}, {not_there:,} not"


def look_at_moved(project: Project, old: str, new: str) -> MovedFolder:
    """Raises UserError where the images of `old` are not in `new`, which then is another folder."""
    check_image_folder(new, project.folder)
    known = project.files.known_below(old)
    moved = MovedFolder(old, new, len({file.content_hash for file in known}), _count_found(known, new))
    if moved.is_elsewhere:
        raise UserError(moved.text, "name the folder that holds them now")
    return moved


def _count_found(known: Sequence[KnownFile], new: str) -> int:
    """Images: by name, size and time where these agree, else by content, wherever below `new` they lie."""
    there = _listed(new)
    sure = {file.relative for file in known if there.get(file.relative) == (file.size_bytes, file.mtime_ns)}
    found = {file.content_hash for file in known if file.relative in sure}
    sought = {file.content_hash for file in known if file.content_hash not in found}
    sizes = {file.size_bytes for file in known if file.content_hash in sought}
    likely = [relative for relative, (size, _) in there.items() if size in sizes and relative not in sure]
    named = {file.relative for file in known if there.get(file.relative, _NOWHERE)[0] == file.size_bytes}
    most, others = len(sought), 0
    # Where all files are of one size, a share of all hides those called as they were, or one stands for many.
    for part in ([one for one in likely if one in named], [one for one in likely if one not in named]):
        if others >= most:
            break
        opened = part[:: len(part) // OPENED + 1]
        hits = {content for relative in opened if (content := _content(f"{new}/{relative}")) in sought}
        others += len(hits) * len(part) // max(1, len(opened))
        sought -= hits
    return len(found) + min(most, others)


def _listed(folder: str) -> dict[str, tuple[int, int]]:
    """Relative path -> (bytes, mtime_ns)"""
    there = {}
    for item in list_files(folder):
        match item:
            case Found():
                there[item.relative] = (item.size_bytes, item.mtime_ns)
            case Unlistable(relative="", reason=reason):
                raise EnvironmentProblem(f"{folder} is {reason}", "see to its permissions")
    return there


def _content(path: str) -> bytes:
    """Its hash; empty where it is no picture that can be read."""
    try:
        with open_content(path) as content:
            return bytes.fromhex(content.hash)
    except (BadImage, MemoryError):
        return b""
