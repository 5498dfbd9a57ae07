"""Keeps how like every embedded image is to one of them, so that the orders of a hunt read the vectors once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.values import ImageId

if TYPE_CHECKING:
    from core.arrays.embeddings import EmbeddingIndex


class KeptLikeness:
    """To the last image that was asked for, until other images are embedded. From any thread."""

    def __init__(self) -> None:
        self._kept: tuple[EmbeddingIndex, ImageId, NDArray[np.float32]] | None = None

    def of(
        self, index: EmbeddingIndex, image_id: ImageId, read: Callable[[], NDArray[np.float32]]
    ) -> NDArray[np.float32]:  # (n,) in the order of the index
        kept = self._kept
        if kept is not None and kept[0] is index and kept[1] == image_id:
            return kept[2]
        found = read()
        self._kept = index, image_id, found
        return found
