"""Facility location: the few images that stand for the most of a pool, chosen one after the other.

Nemhauser, Wolsey & Fisher, "An analysis of approximations for maximizing submodular set functions" (1978) for the
greedy choice; Wei, Iyer & Bilmes, "Submodularity in data subset selection and active learning" (2015).

Letters: n = images.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.query.lazy_greedy import lazily_greedy


def most_standing(likeness: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Positions of at most `count` images, best first: each the one most like what is not yet like any before it.

    `likeness` (n, n) symmetric, 1 to itself.
    """
    stood = np.zeros(len(likeness), dtype=np.float32)

    def gain(image: int) -> float:
        return float(np.maximum(likeness[image] - stood, 0.0).sum())

    def take(image: int) -> None:
        np.maximum(stood, likeness[image], out=stood)

    return lazily_greedy(likeness.sum(axis=1), count, gain, take)
