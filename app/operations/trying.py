"""Pictures from anywhere and the heads they are tried with, for this sitting only: no project hears of them."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtGui import QImage

from app.models.tried import HeadToTry, Ways
from app.workspace import Workspace
from core.errors import BadImage, EnvironmentProblem
from core.media.decode import read_header
from core.media.listing import Found, list_files
from core.values import ContentHash, Head, ImageFile, ImageId, VersionInfo

MOST = 200
"""Pictures at once; `winnow score` is for folders."""
HEAD_ENDINGS = (".safetensors", ".pth")
_NO_HASH = ContentHash("")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the files that were given."""

    pictures: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    more: bool = False
    """There were more than are taken at once."""


@dataclass(eq=False)
class Trial:
    """Change it through its methods only."""

    pictures: list[ImageFile] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    """Head files beside those of the project."""
    ways: Ways = field(default_factory=Ways)
    marked: str | None = None
    """The head whose tiles are drawn; None: the first that has some."""
    position: int = 0
    _left_out: set[str] = field(default_factory=set)
    _problems: dict[ImageId, str] = field(default_factory=dict)
    _serial: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _pasted: tempfile.TemporaryDirectory[str] | None = None

    @property
    def current(self) -> ImageFile | None:
        return self.pictures[self.position] if self.pictures else None

    def problem(self, image: ImageFile) -> str:
        """Why the file is no picture."""
        return self._problems.get(image.image_id, "")

    def add(self, paths: Iterable[Path]) -> Taken:
        """Pictures and head files; of a folder the pictures that lie in it. The first new one is shown."""
        given = list(itertools.islice(_unfolded(paths), MOST + 1))
        heads = tuple(path for path in given[:MOST] if path.endswith(HEAD_ENDINGS))
        pictures = tuple(path for path in given[:MOST] if path not in heads)
        self.files += [head for head in heads if head not in self.files]
        self._left_out -= set(heads)
        if pictures:
            self.pictures = [image for image in self.pictures if image.path not in pictures]
            self.position = len(self.pictures)
            self.pictures += map(self._read, pictures)
        return Taken(pictures, heads, more=len(given) > MOST)

    def add_bitmap(self, bitmap: QImage) -> Taken:
        """A copied picture, kept in a temporary file. Raises EnvironmentProblem where none can be written."""
        if self._pasted is None:
            self._pasted = tempfile.TemporaryDirectory(prefix="winnow-pasted-")
        path = Path(self._pasted.name) / f"pasted {next(self._serial)}.png"
        if not bitmap.save(str(path)):
            raise EnvironmentProblem(f"the copied picture cannot be written to {path.parent}; make room there")
        return self.add([path])

    def go_to(self, position: int) -> None:
        self.position = max(0, min(position, len(self.pictures) - 1))

    def toggle_head(self, model: str) -> None:
        self._left_out ^= {model}

    def clear(self) -> None:
        self.pictures, self.position = [], 0
        self._problems.clear()

    def close(self) -> None:
        if self._pasted is not None:
            self._pasted.cleanup()

    def heads(self, project: Path | None, versions: Sequence[tuple[Head, VersionInfo]]) -> tuple[HeadToTry, ...]:
        return heads_to_ask(project, versions, self.files, self._left_out)

    def _read(self, path: str) -> ImageFile:
        number = ImageId(next(self._serial))
        try:
            header = read_header(path)
        except BadImage as bad:
            self._problems[number] = bad.reason
            return ImageFile(number, _NO_HASH, path, 4, 3, "", 0)
        return ImageFile(number, _NO_HASH, path, header.width, header.height, header.format, Path(path).stat().st_size)


def heads_to_ask(
    project: Path | None, versions: Sequence[tuple[Head, VersionInfo]], files: Sequence[str], left_out: Collection[str]
) -> tuple[HeadToTry, ...]:
    """Those of the project that have a version, then the files; all are chosen until left out."""
    own = [(str((project or Path()) / info.folder), head.name, f"v{info.number}") for head, info in versions]
    named = [(path, Path(path).stem, Path(path).parent.name) for path in files]
    return tuple(HeadToTry(*each, chosen=each[0] not in left_out) for each in (*own, *named))


def versions_in_force(workspace: Workspace) -> tuple[Path | None, list[tuple[Head, VersionInfo]]]:
    """The project's folder, and its heads that have a version."""
    project = workspace.project
    if project is None:
        return None, []
    found = [(head, project.versions.in_force(head.head_id)) for head in workspace.heads]
    return project.folder, [(head, version) for head, version in found if version is not None]


def _unfolded(paths: Iterable[Path]) -> Iterable[str]:
    for path in paths:
        if not path.is_dir():
            yield path.as_posix()
            continue
        own = itertools.takewhile(lambda each: "/" not in each.relative, list_files(path.as_posix()))
        yield from ((path / each.relative).as_posix() for each in own if isinstance(each, Found))
