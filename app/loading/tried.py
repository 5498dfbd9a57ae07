"""The loaders of pictures that are being tried; they share the threads of the project's."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from app.loading.decode_pool import DecodePool
from app.loading.pictures import PictureLoader
from app.loading.thumbnails import ThumbnailLoader
from app.operations.trying import Trial
from core.values import ImageFile, ImageId

_BUDGET_BYTES = 96 << 20


class TriedLoaders:
    def __init__(self, trial: Trial, pool: DecodePool, parent: QObject) -> None:
        self._trial = trial
        self.pictures = PictureLoader(self._locate, parent, pool=pool, budget_bytes=_BUDGET_BYTES)
        self.thumbnails = ThumbnailLoader(self._locate, None, parent, pool=pool)

    def _locate(self, ids: Sequence[ImageId]) -> list[ImageFile]:
        by_id = {image.image_id: image for image in self._trial.pictures}
        return [by_id[image_id] for image_id in ids if image_id in by_id]
