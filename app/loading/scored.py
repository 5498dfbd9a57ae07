"""Thumbnails of scored files, which lie anywhere; an image's id is its place in the result."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from app.loading.decode_pool import DecodePool
from app.loading.thumbnails import ThumbnailLoader
from app.operations.applying import FolderScore
from core.values import ContentHash, ImageFile, ImageId

_NO_HASH = ContentHash("")


class ScoredThumbnails(ThumbnailLoader):
    def __init__(self, scored: FolderScore, pool: DecodePool, parent: QObject) -> None:
        super().__init__(self._files_of, None, parent, pool=pool)
        self._scored = scored

    def read_anew(self) -> None:
        """Other files were scored."""
        self.set_source(self._files_of, None)

    def _files_of(self, ids: Sequence[ImageId]) -> list[ImageFile]:
        result = self._scored.result
        paths = result.paths if result is not None else ()
        return [ImageFile(place, _NO_HASH, paths[place], 4, 3, "", 0) for place in ids if place < len(paths)]
