"""Facility location: the few images that stand for the most of a pool, chosen one after the other.

Nemhauser, Wolsey & Fisher, "An analysis of approximations for maximizing submodular set functions" (1978) for the
greedy choice; Minoux, "Accelerated greedy algorithms" (1978) for looking again only at what may still be best; Wei,
Iyer & Bilmes, "Submodularity in data subset selection and active learning" (2015).

Letters: n = images, d = values of a point.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.query.clustering import Points, squared_distances

_WIDTH = 0.25
"""Squared width of the likeness, in units of the median squared distance."""
_LOOKED_AT = 256
"""Images whose distances the median is taken of."""


def most_standing(points: Points, count: int, *, covered: Points) -> NDArray[np.int64]:
    """Positions among `points` (n, d), best first: each the one most like what is not yet like any before it.

    What is like `covered` (k, d) counts as stood for. At most `count`, fewer only of a smaller pool.
    """
    if not len(points):
        return np.empty(0, dtype=np.int64)
    apart = squared_distances(points, points)
    some = apart[:: max(len(points) // _LOOKED_AT, 1)]
    width = 2.0 * _WIDTH * max(float(np.median(some)), 1e-12)
    likeness = np.exp(-apart / width)
    stood = np.zeros(len(points), dtype=np.float32)
    if len(covered):
        stood = np.exp(-squared_distances(points, covered).min(axis=1) / width)
    return greedy(likeness, stood, count)


def greedy(likeness: NDArray[np.float32], stood: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """`likeness` (n, n) symmetric, 1 to itself; `stood` (n,) how far each is stood for already."""
    gains = np.maximum(likeness - stood, 0.0).sum(axis=1)
    chosen: list[int] = []
    while len(chosen) < min(count, len(likeness)):
        best = int(gains.argmax())
        gains[best] = np.maximum(likeness[best] - stood, 0.0).sum()
        if gains[best] < gains.max():
            continue
        chosen.append(best)
        stood = np.maximum(stood, likeness[best])
        gains[best] = -1.0
    return np.array(chosen, dtype=np.int64)
