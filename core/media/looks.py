"""Which pictures show nearly the same thing: shots of one burst, re-saved and resized copies.

A look is told from a thumbnail: where brightness rises on a 9 x 9 grid (128 bits), the mean colour and the shape. Two
pictures are alike where few bits differ, and colour and shape agree. It is meant to be strict: pictures that are joined
wrongly only make folds coarser, but a chain of them could swallow a project. Letters: n = pictures.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.arrays.hashes import HASH_BYTES
from core.values import ContentHash

MOST_BITS = 7
"""Of 128 that may differ. On 1,000 photographs of flowers the nearest wrong pair differs in more."""
_GRID = 9
_FLAT = 32
"""Levels. Where the grid spans fewer, the bits are noise and the picture is like no other."""
SAME_TINT = 16
SAME_SHAPE = 0.03
"""Of the logarithm to base 2 of width / height: two per cent."""
LOOSEST_BITS = 15
"""As far as pairs are looked for where a person asks for less strictness."""
_BYTES = 16
"""Of the bits"""


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """What n pictures look like."""

    hashes: NDArray[np.uint8]
    """(n, 32)"""
    bits: NDArray[np.uint8]
    """(n, 16)"""
    tints: NDArray[np.uint8]
    """(n, 3) mean colour"""
    shapes: NDArray[np.float32]
    """(n,) log2 of width / height; NaN for flat pictures"""

    def __len__(self) -> int:
        return len(self.hashes)

    @classmethod
    def none(cls) -> Self:
        return cls(
            np.empty((0, HASH_BYTES), np.uint8),
            np.empty((0, _BYTES), np.uint8),
            np.empty((0, 3), np.uint8),
            np.empty(0, np.float32),
        )

    @classmethod
    def all_of(cls, parts: Sequence[Looks]) -> Looks:
        whole = [cls.none(), *parts]
        return cls(
            np.concatenate([part.hashes for part in whole]),
            np.concatenate([part.bits for part in whole]),
            np.concatenate([part.tints for part in whole]),
            np.concatenate([part.shapes for part in whole]),
        )

    def at(self, rows: NDArray[np.int64]) -> Looks:  # (k,)
        """Some of them, in this order."""
        return Looks(self.hashes[rows], self.bits[rows], self.tints[rows], self.shapes[rows])

    def names(self) -> list[ContentHash]:
        """Content hashes as text."""
        return [ContentHash(row.tobytes().hex()) for row in self.hashes]

    def is_whole(self) -> bool:
        """Whether the arrays belong together."""
        rows, pattern = len(self.hashes), Looks.none()
        return all(
            mine.shape == (rows, *empty.shape[1:]) and mine.dtype == empty.dtype
            for mine, empty in (
                (self.hashes, pattern.hashes),
                (self.bits, pattern.bits),
                (self.tints, pattern.tints),
                (self.shapes, pattern.shapes),
            )
        )


def look(content_hash: str, thumbnail: bytes) -> Looks:
    """Of one picture (n = 1). Raises OSError where the thumbnail is broken."""
    with Image.open(io.BytesIO(thumbnail), formats=["JPEG"]) as image:
        shape = math.log2(image.width / image.height)
        image.draft("RGB", (8 * _GRID, 8 * _GRID))
        small = image.convert("RGB").resize((_GRID, _GRID), Image.Resampling.BOX)
    grid = np.asarray(small.convert("L")).astype(np.int16)  # (9, 9)
    rises = np.concatenate(((grid[:-1, 1:] > grid[:-1, :-1]).ravel(), (grid[1:, :-1] > grid[:-1, :-1]).ravel()))
    return Looks(
        np.frombuffer(bytes.fromhex(content_hash), np.uint8)[None],
        np.packbits(rises)[None],
        np.asarray(small).reshape(-1, 3).mean(axis=0).round().astype(np.uint8)[None],
        np.array([shape if np.ptp(grid) >= _FLAT else np.nan], np.float32),
    )
