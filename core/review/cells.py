"""Points in cells around centres, and which of them may lie near a point of a cell: the others need no comparing.

Of two points on either side of the plane half-way between two centres, each is at least as far from the other as both
are from that plane. So a point is passed over where it and the nearest of the cell are farther from it than the limit;
no pair within the limit is lost, whatever the centres are. Elkan, "Using the triangle inequality to accelerate k-means"
(2003), of planes instead of spheres.

Letters: n = points, d = values of one, k = cells, b = cells of one batch, m = points of one chunk.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_EACH: Final = 128
"""Points of a cell, of which there are as many as make looking at all centres worth it."""
_LEARNED: Final = 16
"""Points for each centre that the centres are learned from."""
_ROUNDS: Final = 3
_BATCH: Final = 16
"""Cells that look at the points beside each other, so that these are read once for all of them."""
_CHUNK: Final = 32_768
_SLACK: Final = 5e-5
"""Of half squares in float32."""
_TRIED: Final = 16
"""Cells by which is told whether they are worth it."""

Part = tuple[float, NDArray[np.int64], NDArray[np.int64]]
"""The share that is done, the rows of a cell, and the rows from its first on that may lie near one of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    order: NDArray[np.int64]
    """(n,) the points by their cells; all else speaks of rows in this order"""
    points: NDArray[np.float32]
    """(n, d or more)"""
    centres: NDArray[np.float32]
    """(k, d)"""
    cell: NDArray[np.int64]
    """(n,) rising"""
    own: NDArray[np.float32]
    """(n,) half a squared distance to the own centre, less half the point's square"""

    @classmethod
    def of(cls, points: NDArray[np.float32], d: int, watch: Callable[[], object]) -> Cells:
        """By the first `d` of the values. `watch` is called now and then."""
        n = len(points)
        count = max(1, n // max(_EACH, math.isqrt(n) // 4))
        rng = np.random.default_rng(0)
        some = points[np.sort(rng.choice(n, min(n, _LEARNED * count), replace=False)), :d]
        centres = some[rng.choice(len(some), count, replace=False)]
        for _ in range(_ROUNDS):
            centres = _means(some, _nearest(some, centres, watch)[0], centres)
        cell, own = _nearest(points[:, :d], centres, watch)
        order = np.argsort(cell, kind="stable")
        return cls(order, points[order], centres, cell[order], own[order])

    def parts(self, limit: float) -> Iterator[Part]:
        """Each pair of rows within the distance `limit` is in one part, those of one cell in its own."""
        for first in range(0, len(self.centres), _BATCH):
            yield from self._of_batch(np.arange(first, min(first + _BATCH, len(self.centres))), limit)

    def share_left(self, limit: float) -> float:
        """About which share of all pairs is not passed over."""
        some = np.unique(np.linspace(0, len(self.centres) - 1, _TRIED).astype(np.int64))
        rows = np.linspace(0, len(self.points) - 1, min(len(self.points), _CHUNK)).astype(np.int64)
        return float(self._may_be_near(rows, some, self._allowed(some, limit)).mean())

    def _of_batch(self, cells: NDArray[np.int64], limit: float) -> Iterator[Part]:
        n = len(self.points)
        starts, ends = (np.searchsorted(self.cell, cells, side=side) for side in ("left", "right"))
        allowed, begin = self._allowed(cells, limit), int(starts[0])
        for chunk in range(begin, n, _CHUNK):
            rows = np.arange(chunk, min(chunk + _CHUNK, n))
            near = self._may_be_near(rows, cells, allowed)
            share = 1.0 - ((n - begin) / n) ** 2 + (ends[-1] - begin) * (chunk - begin) / n**2
            for place, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
                found = rows[near[place]]
                yield min(float(share), 1.0), np.arange(start, end), found[np.searchsorted(found, start) :]

    def _allowed(self, cells: NDArray[np.int64], limit: float) -> NDArray[np.float32]:  # (b,) -> (b, k)
        """How far a point of each other cell may be beyond the plane to one of these, in halves of squares."""
        d = self.centres.shape[1]
        squares = _half_squares(self.centres)
        allowed = np.empty((len(cells), len(self.centres)), np.float32)
        for place, cell in enumerate(cells.tolist()):
            start, end = np.searchsorted(self.cell, [cell, cell + 1])
            beyond = squares - self.points[start:end, :d] @ self.centres.T - self.own[start:end, None]
            # Of the difference, as the squares of two near centres cancel to nothing.
            most = limit * np.linalg.norm(self.centres - self.centres[cell], axis=1) + _SLACK
            allowed[place] = most - beyond.min(axis=0) if end > start else -np.inf
            allowed[place, cell] = np.inf
        return allowed

    def _may_be_near(
        self, rows: NDArray[np.int64], cells: NDArray[np.int64], allowed: NDArray[np.float32]
    ) -> NDArray[np.bool_]:  # (m,), (b,), (b, k) -> (b, m)
        centres, d = self.centres[cells], self.centres.shape[1]
        beyond = _half_squares(centres)[:, None] - centres @ self.points[rows, :d].T - self.own[rows]
        return np.asarray(beyond <= allowed[:, self.cell[rows]])


def _nearest(
    points: NDArray[np.float32], centres: NDArray[np.float32], watch: Callable[[], object]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:  # (n, d), (k, d) -> (n,), (n,)
    cell, own = np.empty(len(points), np.int64), np.empty(len(points), np.float32)
    squares, step = _half_squares(centres), max(1, (1 << 23) // len(centres))
    for start in range(0, len(points), step):
        watch()
        apart = squares - points[start : start + step] @ centres.T
        here = apart.argmin(axis=1)
        cell[start : start + step], own[start : start + step] = here, apart[np.arange(len(here)), here]
    return cell, own


def _means(
    points: NDArray[np.float32], cell: NDArray[np.int64], before: NDArray[np.float32]
) -> NDArray[np.float32]:  # (n, d), (n,), (k, d) -> (k, d)
    """An empty cell keeps its centre."""
    order = np.argsort(cell, kind="stable")
    used, starts, counts = np.unique(cell[order], return_index=True, return_counts=True)
    centres = before.copy()
    centres[used] = np.add.reduceat(points[order], starts) / counts[:, None]
    return centres


def _half_squares(points: NDArray[np.float32]) -> NDArray[np.float32]:  # (n, d) -> (n,)
    return np.asarray(0.5 * np.einsum("nd,nd->n", points, points), np.float32)
