"""Strategies that look at where images lie: typical, covering, far from all. Only `weighted` asks what is said of them.

As in core.query.batches: a `Situation` of a bounded draw in, positions of at most `count` open images out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.query.clustering import Points, seed_centres, squared_distances, weighted_kmeans
from core.query.coverage import POWER, utility_weighted_coverage
from core.query.disagreement import power_of
from core.query.doubts import teaching
from core.query.situation import Situation

TYPICAL_CLUSTERS = 500
"""TypiClust makes no more clusters than this."""
TYPICAL_NEIGHBOURS = 20
PURITY = 0.95
"""Share of balls that hold one pseudo-label only, from which ProbCover takes its radius."""
_RADII = 24
_PSEUDO_LABELS = 10


def typiclust(situation: Situation) -> NDArray[np.int64]:
    """The most typical image of the largest clusters without an annotated one: Hacohen, Dekel & Weinshall (2022)."""
    rows, taken, points = situation.open_rows, situation.taken_rows, situation.places()
    together = points[np.concatenate([rows, taken])]
    count = min(situation.count, len(rows))
    k = max(count, min(len(taken) + count, TYPICAL_CLUSTERS, len(together)))
    cluster = _clusters(together, k, situation.seed)
    sizes = np.bincount(cluster, minlength=k)
    annotated = np.bincount(cluster[len(rows) :], minlength=k)
    typical = _typicality(together, cluster)[: len(rows)]
    found: list[int] = []
    for each in np.lexsort((-sizes, annotated)):  # uncovered first, of these the largest
        inside = np.flatnonzero(cluster[: len(rows)] == each)
        if len(inside):
            found.append(int(inside[typical[inside].argmax()]))
    return rows[np.array(found[:count], dtype=np.int64)]


def weighted(situation: Situation) -> NDArray[np.int64]:
    """One of each cluster of what the committee is unsure of, but of those with an answer: core.query.coverage."""
    return utility_weighted_coverage(
        situation.places(),
        teaching(situation),
        situation.annotated,
        situation.count,
        power=power_of(situation.kind, POWER),
        seed=situation.seed,
        excluded_mask=situation.closed,
    )


def probcover(situation: Situation) -> NDArray[np.int64]:
    """Balls of one radius that cover most of what is uncovered, greedily: Yehuda et al. (2022)."""
    rows, taken, points = situation.open_rows, situation.taken_rows, situation.places()
    if not len(rows):
        return rows
    together = points[np.concatenate([rows, taken])]
    apart = np.sqrt(squared_distances(together, together))
    inside = apart <= _radius(together, apart, situation.seed)
    uncovered = ~inside[len(rows) :].any(axis=0)
    chosen: list[int] = []
    for _ in range(min(situation.count, len(rows))):
        gain = inside[: len(rows)][:, uncovered].sum(axis=1)
        gain[chosen] = -1
        chosen.append(int(gain.argmax()))
        uncovered &= ~inside[chosen[-1]]
    return rows[np.array(chosen, dtype=np.int64)]


def core_set(situation: Situation) -> NDArray[np.int64]:
    """Always the image farthest from all annotated and chosen ones (k-center, greedily): Sener & Savarese (2018)."""
    rows, taken, points = situation.open_rows, situation.taken_rows, situation.places()
    if not len(rows):
        return rows
    start = points[taken] if len(taken) else points[rows].mean(axis=0, keepdims=True)
    nearest = squared_distances(points[rows], start).min(axis=1)
    chosen: list[int] = []
    for _ in range(min(situation.count, len(rows))):
        nearest[chosen] = -1.0
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, squared_distances(points[rows], points[rows[chosen[-1]]][None])[:, 0])
    return rows[np.array(chosen, dtype=np.int64)]


def _clusters(points: Points, count: int, seed: int) -> NDArray[np.int64]:
    even = np.ones(len(points), dtype=np.float32)
    if not len(points):
        return np.zeros(0, dtype=np.int64)
    centres = seed_centres(points, even, count, np.random.default_rng(seed), fixed=points[:0])
    return weighted_kmeans(points, even, centres)[1]


def _typicality(points: Points, cluster: NDArray[np.int64]) -> NDArray[np.float32]:
    """(n,) the inverse of the mean distance to the nearest images of the same cluster."""
    found = np.zeros(len(points), dtype=np.float32)
    for each in np.unique(cluster):
        rows = np.flatnonzero(cluster == each)
        apart = np.sort(np.sqrt(squared_distances(points[rows], points[rows])), axis=1)[:, 1 : TYPICAL_NEIGHBOURS + 1]
        found[rows] = 1.0 / (apart.mean(axis=1) + 1e-6) if apart.shape[1] else 0.0
    return found


def _radius(points: Points, apart: NDArray[np.float32], seed: int) -> float:
    """The largest whose balls mostly hold one k-means cluster only."""
    pseudo = _clusters(points, min(_PSEUDO_LABELS, len(points)), seed)
    other = np.where(pseudo[:, None] != pseudo[None, :], apart, np.inf).min(axis=1)  # (n,) the first impure distance
    reach = float(apart.max())
    pure = [radius for radius in np.linspace(0.0, reach, _RADII) if (other > radius).mean() >= PURITY]
    return max(pure, default=0.0)
