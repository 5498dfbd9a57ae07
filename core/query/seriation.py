"""Images in an order that puts look-alikes side by side: a walk from cluster to cluster, and through each of them.

Letters: n = images, d = values of a point.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.query.clustering import Points, principal_components, seed_centres, weighted_kmeans

_COMPONENTS = 32
_PER_CLUSTER = 24
_MOST_CLUSTERS = 512
_STEPS = 4


def side_by_side(embeddings: NDArray[np.floating], *, seed: int = 0) -> NDArray[np.int64]:
    """Rows of `embeddings` (n, dim) in order (n,); begins with the row that is least like the others."""
    n = len(embeddings)
    if n < 3:
        return np.arange(n)
    points = principal_components(embeddings, components=_COMPONENTS, seed=seed).apply(embeddings)
    even, nobody = np.ones(n, np.float32), points[:0]
    count = min(_MOST_CLUSTERS, max(1, n // _PER_CLUSTER))
    centres = seed_centres(points, even, count, np.random.default_rng(seed), fixed=nobody)
    centres, nearest, _ = weighted_kmeans(points, even, centres, iterations=_STEPS)
    order: list[NDArray[np.int64]] = []
    here = points[_farthest(points, points.mean(axis=0))]
    for cluster in _walk(centres, centres[nearest[_closest(points, here)]]):
        rows = np.flatnonzero(nearest == cluster)
        if len(rows):
            order.append(rows[_walk(points[rows], here)])
            here = points[order[-1][-1]]
    return np.concatenate(order)


def _walk(points: Points, start: NDArray[np.float32]) -> NDArray[np.int64]:
    """From the point closest to `start` (d,) always on to the closest that is left: (n,)"""
    left = np.ones(len(points), np.bool_)
    order = np.empty(len(points), np.int64)
    here = start
    for place in range(len(points)):
        apart = np.where(left, ((points - here) ** 2).sum(axis=1), np.inf)
        order[place] = chosen = int(apart.argmin())
        left[chosen] = False
        here = points[chosen]
    return order


def _closest(points: Points, here: NDArray[np.float32]) -> int:
    return int(((points - here) ** 2).sum(axis=1).argmin())


def _farthest(points: Points, here: NDArray[np.float32]) -> int:
    return int(((points - here) ** 2).sum(axis=1).argmax())
