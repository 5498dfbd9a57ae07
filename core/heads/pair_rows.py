"""Judged pairs beside annotated images: which rows they speak of, and rows for images that only pairs speak of.

Letters: n = annotated images, p = pairs, e = images that have an answer or stand in a pair.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import hash_keys
from core.pairs import PairSet
from core.values import Annotated


@dataclass(frozen=True, slots=True, eq=False)
class PairRows:
    """Pairs by the rows of their images."""

    left: NDArray[np.int64]
    """(p,)"""
    right: NDArray[np.int64]
    """(p,)"""
    share: NDArray[np.float64]
    """(p,) of the left image: 1 it won, 0 it lost, 0.5 a tie"""
    weights: NDArray[np.float64]
    """(p,)"""

    def __len__(self) -> int:
        return len(self.share)

    def weighed(self, factors: NDArray[np.float64]) -> PairRows:
        return PairRows(self.left, self.right, self.share, self.weights * factors)

    def within(self, rows: NDArray[np.int64], count: int) -> PairRows:
        """Pairs of which both images are among `rows` of `count`, by their places there."""
        place = np.full(count, -1)
        place[rows] = np.arange(len(rows))
        left, right = place[self.left], place[self.right]
        kept = (left >= 0) & (right >= 0)
        return PairRows(left[kept], right[kept], self.share[kept], self.weights[kept])


def with_pairs(annotated: Annotated, pairs: PairSet) -> tuple[Annotated, PairRows]:
    """The annotated images (n,), then those that only pairs speak of, whose answers are unknown: (e,) rows."""
    known = {key: row for row, key in enumerate(hash_keys(annotated.hashes).tolist())}
    hashes, groups = np.concatenate([pairs.left, pairs.right]), np.concatenate([pairs.left_groups, pairs.right_groups])
    rows = np.empty(len(hashes), dtype=np.int64)
    added: list[int] = []
    for place, key in enumerate(hash_keys(hashes).tolist()):
        if key not in known:
            known[key] = len(annotated) + len(added)
            added.append(place)
        rows[place] = known[key]
    unknown = np.full((len(added), annotated.targets.shape[1]), np.nan, dtype=np.float32)
    together = Annotated(
        np.concatenate([annotated.hashes, hashes[added]]),
        np.concatenate([annotated.targets, unknown]),
        np.concatenate([annotated.weights, np.ones(len(added), dtype=np.float32)]),
        np.concatenate([annotated.groups, groups[added]]),
    )
    left, right = np.split(rows, 2)
    return together, PairRows(left, right, pairs.share.astype(np.float64), np.ones(len(pairs)))
