"""What an answer would settle: how far it lowers the variance that is open over the pool, weighed by doubt.

How sure a Gaussian process is of each image does not hang on what is answered, only on which images are. So a batch is
chosen before any of it is answered: each image by what is still open after those before it. Of its covariances with
all others Ji & Han, "A variance minimization criterion to active learning on graphs" (2012) add the squares, Ma,
Garnett & Schneider, "Sigma-optimality for active learning on Gaussian random fields" (2013) the values; adding the
power 1.5 of them was measured as good as any (docs/learning.md). With equal weights it is a cold start.

Letters: n = images, d = values of a point, k = annotated images.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.query.clustering import Points, squared_distances, typical_apart
from core.query.lazy_greedy import lazily_greedy

NOISE = 0.1
"""Variance of an answer, in units of that of an image far from all answers."""
_WIDTH = 0.5
"""Squared width of the kernel, in units of the usual squared distance."""
_LOOKED_AT = 256
"""Images whose distances the median is taken of."""
_ROUNDING = 1e-5
"""Squared distances below this part of the squared length are rounding: points that are all the same."""

Covariance = NDArray[np.float32]


def most_settling(points: Points, weights: NDArray[np.floating], count: int, *, answered: Points) -> NDArray[np.int64]:
    """Positions of at most `count` among `points` (n, d), best first; fewer only of a smaller pool.

    `weights` (n,): how much what is open of each image matters. `answered` (k, d) are settled.
    """
    if not len(points):
        return np.empty(0, dtype=np.int64)
    apart = squared_distances(points, points)
    some = apart[:: max(len(points) // _LOOKED_AT, 1)]
    told = _ROUNDING * float(np.einsum("nd,nd->n", points, points).mean())
    scale = 2.0 * _WIDTH * max(typical_apart(some), told)
    apart[np.diag_indices(len(apart))] = 0.0
    covariance = _kernel(apart, scale)
    if len(answered):
        covariance -= _settled(_kernel(squared_distances(answered, points), scale), answered, scale)
    still_open = _Open(covariance, np.asarray(weights, dtype=np.float32))
    return lazily_greedy(still_open.gains(), count, still_open.gain, still_open.take)


def _kernel(apart: NDArray[np.float32], scale: float) -> Covariance:
    return np.asarray(np.exp(apart / np.float32(-scale)), dtype=np.float32)


def _settled(across: Covariance, answered: Points, scale: float) -> Covariance:
    """What the answers take of the covariance of the others: `across` (k, n) -> (n, n)."""
    own = _kernel(squared_distances(answered, answered), scale)
    own[np.diag_indices(len(own))] = np.float32(1.0 + NOISE)
    whitened = np.linalg.solve(np.linalg.cholesky(own), across)  # (k, n)
    return np.asarray(whitened.T @ whitened, dtype=np.float32)  # of itself, so only one half is multiplied


class _Open:
    """The covariance that is open once some are chosen: that of before, less a product for each of them."""

    def __init__(self, covariance: Covariance, weights: NDArray[np.float32]) -> None:
        self._before = covariance
        self._weights = weights
        self._variance = np.maximum(covariance.diagonal(), 0.0).astype(np.float32)
        n = len(weights)
        self._taken = np.empty((0, n), dtype=np.float32)
        """(chosen, n) each scaled so that its products are what it takes"""

    def gains(self) -> NDArray[np.float32]:
        """(n,) of all, before anything is chosen."""
        return np.asarray(_worth(self._before, self._weights) / (self._variance + NOISE), dtype=np.float32)

    def gain(self, image: int) -> float:
        return float(_worth(self._row(image)[None], self._weights)[0] / (self._variance[image] + NOISE))

    def take(self, image: int) -> None:
        row = self._row(image) / np.sqrt(self._variance[image] + np.float32(NOISE))
        self._taken = np.concatenate([self._taken, row[None]])
        self._variance = np.maximum(self._variance - row**2, 0.0)

    def _row(self, image: int) -> NDArray[np.float32]:
        row: NDArray[np.float32] = self._before[image] - self._taken[:, image] @ self._taken
        return row


def _worth(covariances: Covariance, weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """(m, n) -> (m,)"""
    size = np.abs(covariances)
    size *= np.sqrt(size)  # to the power 1.5, ten times as fast as a power is
    return np.asarray((size @ weights) ** (4.0 / 3.0), dtype=np.float32)
