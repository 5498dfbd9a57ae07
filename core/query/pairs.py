"""Which two images to compare next: where the answer says most about the head, spread over the pool.

The information of a comparison is what its answer would tell the committee apart by (Houlsby et al., "Bayesian active
learning for classification and preference learning", 2011): members are each sure, and of different winners. Taken
alone it asks about the same few images again and again, so one image of each pair comes by coverage, the other one by
information; images that were compared often count for less.

Letters: n = images of the pool, c = candidates, k = pairs chosen, j = pairs judged already.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.query.coverage import utility_weighted_coverage

CANDIDATES = 1024
"""Images of a larger pool that are looked at, drawn by chance."""
STEEPNESS = 10.0
"""How surely a difference of scores (0 to 1) decides: one bracket is won three times in four."""


@dataclass(frozen=True, slots=True, eq=False)
class ChosenPairs:
    rows: NDArray[np.int64]
    """(k, 2) positions in the pool"""
    information: NDArray[np.float32]
    """(k,) bits that the answer is expected to tell; 0 where nothing is known of the images yet"""


def comparison_information(left: NDArray[np.floating], right: NDArray[np.floating]) -> NDArray[np.float32]:
    """Bits, of scores (members, ...) of the left and the right images: (...)."""
    chance = 1.0 / (1.0 + np.exp(-STEEPNESS * (np.asarray(left, np.float64) - np.asarray(right, np.float64))))
    told = _entropy(chance.mean(axis=0)) - _entropy(chance).mean(axis=0)
    bits: NDArray[np.float32] = np.maximum(np.nan_to_num(told), 0.0).astype(np.float32)
    return bits


def choose_pairs(
    points: NDArray[np.floating],
    scores: NDArray[np.floating],
    times: NDArray[np.integer],
    judged: NDArray[np.int64],
    count: int,
    *,
    seed: int = 0,
) -> ChosenPairs:
    """Up to `count` pairs of different images, no image twice, none that was judged already.

    `points` (n, d), `scores` (members, n) 0 to 1 or NaN, `times` (n,) each image was compared or scored, `judged`
    (j, 2) positions.
    """
    rng = np.random.default_rng(seed)
    n = len(points)
    rows = np.sort(rng.choice(n, min(CANDIDATES, n), replace=False))
    asked = _covering(points[rows], times[rows], min(count, len(rows) // 2), seed)
    known = {frozenset(pair) for pair in judged.tolist()}
    free = np.ones(len(rows), dtype=np.bool_)
    free[asked] = False
    fresh = 1.0 / (1.0 + np.asarray(times[rows], np.float64))
    chosen, information = [], []
    for image in asked.tolist():
        told = comparison_information(scores[:, rows[[image]]], scores[:, rows])
        worth = np.where(free, (told + 1e-4 * rng.random(len(rows))) * np.sqrt(fresh), -1.0)
        other = _best_partner(worth, rows, int(rows[image]), known)
        if other is not None:
            free[other] = False
            pair = (rows[image], rows[other])
            chosen.append(pair if rng.random() < 0.5 else pair[::-1])
            information.append(told[other])
    return ChosenPairs(np.array(chosen, np.int64).reshape(-1, 2), np.array(information, np.float32))


def choose_four(
    points: NDArray[np.floating], scores: NDArray[np.floating], times: NDArray[np.integer], *, seed: int = 0
) -> NDArray[np.int64]:
    """Four images (4,) of which the best is asked: two chosen pairs; fewer than four where the pool has no more."""
    nothing = np.empty((0, 2), np.int64)
    return choose_pairs(points, scores, times, nothing, 2, seed=seed).rows.ravel()


def _covering(points: NDArray[np.floating], times: NDArray[np.integer], count: int, seed: int) -> NDArray[np.int64]:
    """Images that stand for parts of the pool in which none was looked at; then those looked at least."""
    seen = np.asarray(times) > 0
    found = utility_weighted_coverage(points, np.ones(len(points), np.float32), seen, count, seed=seed)
    rest = np.setdiff1d(np.flatnonzero(seen), found)
    least = rest[np.argsort(times[rest], kind="stable")]
    return np.concatenate([found, least[: count - len(found)]])


def _best_partner(
    worth: NDArray[np.floating], rows: NDArray[np.int64], image: int, known: set[frozenset[int]]
) -> int | None:
    for other in np.argsort(-worth, kind="stable").tolist():
        if worth[other] < 0:
            return None
        if frozenset((image, int(rows[other]))) not in known:
            return int(other)
    return None


def _entropy(chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bits."""
    p = np.clip(chance, 1e-9, 1.0 - 1e-9)
    entropy: NDArray[np.float64] = -(p * np.log2(p) + (1.0 - p) * np.log2(1.0 - p))
    return entropy
