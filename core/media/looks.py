"""Which pictures show nearly the same thing: shots of one burst, re-saved and resized copies.

A look is told from a thumbnail: where brightness rises on a 9 x 9 grid (128 bits), the mean colour and the shape. Two
pictures are alike where few bits differ, and colour and shape agree. It is meant to be strict: pictures that are joined
wrongly only make folds coarser, but a chain of them could swallow a project. Letters: n = pictures.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
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
_SAME_TINT = 16
_SAME_SHAPE = 0.03
"""Of the logarithm to base 2 of width / height: two per cent."""
LOOSEST_BITS = 15
"""As far as pairs are looked for where a person asks for less strictness."""
_BANDS = 8
"""Of 16 bits each: where at most seven bits differ, at least one band is equal; where at most 15 do, it is one off."""


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
            np.empty((0, 2 * _BANDS), np.uint8),
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


def alike(looks: Looks, most: int = MOST_BITS) -> NDArray[np.int64]:  # (pairs, 2)
    """Positions of all pairs that look alike, each once, the lower first. At most `most` bits differ, 15 at most."""
    bands = np.ascontiguousarray(looks.bits).view(np.uint16)  # (n, _BANDS)
    found = [_agreeing(looks, candidates, most) for band in bands.T for candidates in _near(band, most)]
    return np.unique(np.sort(np.concatenate(found), axis=1), axis=0) if found else np.empty((0, 2), np.int64)


def bits_apart(looks: Looks, pairs: NDArray[np.int64]) -> NDArray[np.int64]:  # (pairs, 2) -> (pairs,)
    """How many of the 128 bits differ."""
    words = np.ascontiguousarray(looks.bits).view(np.uint64)  # (n, 2)
    first, second = pairs.T
    return np.asarray(np.bitwise_count(words[first] ^ words[second]).sum(axis=1), np.int64)


def _near(keys: NDArray[np.uint16], most: int) -> Iterator[NDArray[np.int64]]:
    """Pairs of positions whose key is equal, or differs in one bit where more than MOST_BITS may."""
    yield from _equal(keys)
    if most > MOST_BITS:
        yield from _one_bit_apart(keys)


def _equal(keys: NDArray[np.uint16]) -> Iterator[NDArray[np.int64]]:
    """Pairs of positions with one key, in blocks (pairs, 2)."""
    order = np.argsort(keys, kind="stable")
    places = np.arange(len(order))
    ranked = keys[order]
    step = 1
    while len(places):
        places = places[: np.searchsorted(places, len(order) - step)]
        places = places[ranked[places] == ranked[places + step]]
        yield np.stack((order[places], order[places + step]), axis=1)
        step += 1


def _one_bit_apart(keys: NDArray[np.uint16]) -> Iterator[NDArray[np.int64]]:
    """Pairs of positions whose keys differ in one bit, in blocks (pairs, 2)."""
    order = np.argsort(keys, kind="stable")
    starts = np.searchsorted(keys[order], np.arange(1 << 16))  # of each key in that order
    ends = np.append(starts[1:], len(keys))
    for bit in range(16):
        one = np.uint16(1 << bit)
        having = np.flatnonzero(keys & one)
        wanted = keys[having] ^ one
        place, end = starts[wanted], ends[wanted]
        while len(having):
            left = place < end
            having, place, end = having[left], place[left], end[left]
            yield np.stack((having, order[place]), axis=1)
            place = place + 1


def _agreeing(looks: Looks, pairs: NDArray[np.int64], most: int) -> NDArray[np.int64]:  # (pairs, 2)
    """Those of the pairs that look alike."""
    pairs = pairs[bits_apart(looks, pairs) <= most]
    first, second = pairs.T
    shape = np.abs(looks.shapes[first] - looks.shapes[second]) <= _SAME_SHAPE  # never true of NaN
    apart = np.abs(looks.tints[first].astype(np.int16) - looks.tints[second]).max(axis=1, initial=0)
    chosen: NDArray[np.int64] = pairs[shape & (apart <= _SAME_TINT)]
    return chosen
