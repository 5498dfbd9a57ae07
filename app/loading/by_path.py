"""Thumbnails of files that lie anywhere, in no project; an image's id is its place among the paths."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from app.loading.decode_pool import DecodePool
from app.loading.thumbnails import ThumbnailLoader
from core.values import ContentHash, ImageFile, ImageId

_NO_HASH = ContentHash("")


class PathThumbnails(ThumbnailLoader):
    def __init__(self, paths: Callable[[], Sequence[str]], pool: DecodePool, parent: QObject) -> None:
        super().__init__(self._files_of, None, parent, pool=pool)
        self._paths = paths

    def read_anew(self) -> None:
        """The paths are other ones."""
        self.set_source(self._files_of, None)

    def _files_of(self, ids: Sequence[ImageId]) -> list[ImageFile]:
        paths = self._paths()
        return [ImageFile(place, _NO_HASH, paths[place], 4, 3, "", 0) for place in ids if place < len(paths)]
