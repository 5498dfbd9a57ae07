"""Many images or many annotations at once, as columns. Rows are in the order of image ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import HASH_BYTES
from core.values import AnswerValue, ImageId, Standing


def packed_hashes(hashes: Sequence[bytes]) -> NDArray[np.uint8]:  # (images, 32)
    return np.frombuffer(b"".join(hashes), dtype=np.uint8).reshape(len(hashes), HASH_BYTES)


@dataclass(frozen=True, slots=True, eq=False)
class ImageTable:
    """Every image that can be opened. Sizes and paths are looked up when they are needed (`Images.get`)."""

    ids: NDArray[np.int64]
    """(images,) ascending"""
    hashes: NDArray[np.uint8]
    """(images, 32)"""

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Row of each id, -1 where the table has none."""
        return _rows_of(self.ids, ids)


@dataclass(frozen=True, slots=True, eq=False)
class Standings:
    """What holds now under one head, for the images that anything was ever said of."""

    ids: NDArray[np.int64]
    """(images,) ascending"""
    distinct: tuple[AnswerValue | None, ...]
    """Every answer that is there, once; first of all None: images are many, different answers few."""
    which: NDArray[np.int32]
    """(images,) row of `distinct`"""
    excluded: NDArray[np.bool_]
    """(images,)"""
    flagged: NDArray[np.bool_]
    """(images,)"""
    skipped: NDArray[np.bool_]
    """(images,)"""
    pinned: NDArray[np.bool_]
    """(images,)"""
    evaluation: NDArray[np.bool_]
    """(images,) that came as evaluation files"""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def values(self) -> tuple[AnswerValue | None, ...]:
        """(images,) made anew each time it is asked for."""
        return tuple(map(self.distinct.__getitem__, self.which.tolist()))

    @property
    def answered(self) -> NDArray[np.bool_]:
        """(images,) where there is an answer."""
        return self.which > 0

    def rows(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Row of each id, -1 where nothing was ever said."""
        return _rows_of(self.ids, ids)

    def row(self, index: int) -> Standing:
        return Standing(
            ImageId(int(self.ids[index])),
            self.distinct[self.which[index]],
            bool(self.excluded[index]),
            bool(self.flagged[index]),
            bool(self.skipped[index]),
            bool(self.pinned[index]),
        )


def _rows_of(sorted_ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    if not len(sorted_ids):
        return np.full(len(wanted), -1, dtype=np.int64)
    rows = np.minimum(np.searchsorted(sorted_ids, wanted), len(sorted_ids) - 1)
    return np.where(sorted_ids[rows] == wanted, rows, -1).astype(np.int64)
