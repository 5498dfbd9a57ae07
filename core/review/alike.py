"""Pairs of vectors that are alike: all of them, whatever block of the pool they lie in.

Most pairs are told apart by a few directions. In orthonormal ones no two vectors are farther from each other than they
are, nor does it add more than there is to count how much of each lies outside of these directions (Cauchy-Schwarz). So
what is too far apart in them is passed over, and only what is left is compared whole.

Letters: n = vectors, dim = values of one, k, m = pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.query.clustering import COMPONENTS, principal_components, unit_rows

Watch = Callable[[float], object]
"""Told now and then which share is done; raises Cancelled to stop."""

_BLOCK: Final = 2048
_ROWS: Final = 2
"""Blocks that are compared with one at a time: making vectors of length 1 takes time too."""
_MOST_EACH: Final = 50
"""Pairs for each image, above which groups would hold half of the pool."""
_ROUNDING: Final = 1e-5
"""Of cosines in float32; what is nearer to the threshold is looked at again in float64."""
_SAME: Final = 1e-9
"""Below the threshold: what equal vectors miss of 1 in float64."""
_WORTH_FEWER: Final = 2 * COMPONENTS
"""Values of a vector above which a few directions are looked at first."""
_WORTH_SINGLY: Final = 1 / 256
"""Share of a block's pairs above which it is quicker to compare all of them whole than these one by one."""


def ignore(share: float) -> None:
    """Nobody waits for it."""


def pairs_alike(
    vectors: NDArray[np.floating], least: float, watch: Watch = ignore
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:  # (n, dim) -> (pairs, 2), (pairs,)
    """Each pair with at least this cosine once, the lower position first, and its cosine.

    Raises UserError where there are too many.
    """
    found, cosines = [np.empty((0, 2), np.int64)], [np.empty(0, np.float32)]
    blocks = [
        (start, other)
        for start in range(0, len(vectors), _ROWS * _BLOCK)
        for other in range(start, len(vectors), _BLOCK)
    ]
    within = _Within.of(vectors, watch) if vectors.shape[1] > _WORTH_FEWER else None
    count, rows = 0, np.empty((0, vectors.shape[1]), np.float32)
    for done, (start, other) in enumerate(blocks):
        watch(done / len(blocks))
        if other == start:
            rows = unit_rows(vectors[start : start + _ROWS * _BLOCK])
        near, alike = _compared(rows, vectors, start, other, least, within)
        near, alike = _at_least(vectors, near, alike, least)
        count += len(near)
        if count > _MOST_EACH * len(vectors):
            raise UserError(f"nearly all images are {least:g} alike to this encoder", "go by a larger number")
        found.append(near)
        cosines.append(alike)
    return np.concatenate(found), np.minimum(np.concatenate(cosines), 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Within:
    """Vectors of length 1 within a few directions, and how long what lies outside of them is."""

    points: NDArray[np.float32]
    """(n, d + 3): d directions, the length outside, then what makes of a product minus half a squared distance"""

    @classmethod
    def of(cls, vectors: NDArray[np.floating], watch: Watch) -> _Within:
        directions = principal_components(vectors)
        d = directions.axes.shape[1]
        points = np.empty((len(vectors), d + 3), np.float32)
        for start in range(0, len(vectors), _BLOCK):
            watch(0.0)
            rows = unit_rows(vectors[start : start + _BLOCK]) - directions.centre
            inside = rows @ directions.axes
            outside = np.einsum("nd,nd->n", rows, rows) - np.einsum("nd,nd->n", inside, inside)
            here = points[start : start + _BLOCK]
            here[:, :d], here[:, d] = inside, np.sqrt(np.maximum(outside, 0.0))
            here[:, d + 1] = -0.5 * np.einsum("nd,nd->n", here[:, : d + 1], here[:, : d + 1])
            here[:, d + 2] = 1.0
        return cls(points)

    def near(self, start: int, other: int, least: float) -> NDArray[np.int64]:
        """Positions among the pairs of two blocks that may be alike enough."""
        mine, others = self.points[start : start + _ROWS * _BLOCK], self.points[other : other + _BLOCK].copy()
        others[:, -2:] = others[:, :-3:-1]  # the two swapped, so that each half square meets a 1
        apart = 1.0 - least  # half of the squared distance at the threshold
        return np.flatnonzero(mine @ others.T >= -(apart + _ROUNDING + 1e-3 * np.sqrt(2.0 * apart)))


def _compared(
    rows: NDArray[np.float32],
    vectors: NDArray[np.floating],
    start: int,
    other: int,
    least: float,
    within: _Within | None,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:  # (a, dim), (n, dim) -> (k, 2), (k,)
    """Pairs whose cosine may reach the threshold, the lower position first: of `rows` from `start` on, of length 1, and
    the block of `vectors` at `other`."""
    width = len(vectors[other : other + _BLOCK])
    near = None if within is None else within.near(start, other, least)
    if near is None or len(near) > len(rows) * width * _WORTH_SINGLY:
        cosines = (rows @ unit_rows(vectors[other : other + _BLOCK]).T).reshape(-1)
        near = np.flatnonzero(cosines >= least - _ROUNDING)
        pairs, alike = _pairs(near, width, start, other), cosines[near]
    else:
        pairs = _pairs(near, width, start, other)
        pairs = pairs[pairs[:, 0] < pairs[:, 1]]
        alike = _products(rows, vectors, pairs, start)
    kept = (pairs[:, 0] < pairs[:, 1]) & (alike >= least - _ROUNDING)
    return pairs[kept], alike[kept]


def _pairs(near: NDArray[np.int64], width: int, start: int, other: int) -> NDArray[np.int64]:  # (k,) -> (k, 2)
    pairs: NDArray[np.int64] = np.stack(np.divmod(near, width), axis=1) + np.array([start, other])
    return pairs


def _products(
    rows: NDArray[np.float32], vectors: NDArray[np.floating], pairs: NDArray[np.int64], start: int
) -> NDArray[np.float32]:  # (k,)
    found = np.empty(len(pairs), np.float32)
    for first in range(0, len(pairs), _BLOCK):
        some = pairs[first : first + _BLOCK]
        found[first : first + _BLOCK] = np.einsum("kd,kd->k", rows[some[:, 0] - start], unit_rows(vectors[some[:, 1]]))
    return found


def _at_least(
    vectors: NDArray[np.floating], pairs: NDArray[np.int64], cosines: NDArray[np.float32], least: float
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:  # (n, dim), (k, 2), (k,) -> (m, 2), (m,)
    """Those that do reach it."""
    kept = np.ones(len(pairs), np.bool_)
    unsure = np.flatnonzero(cosines < least + _ROUNDING)
    for start in range(0, len(unsure), _BLOCK):
        some = unsure[start : start + _BLOCK]
        kept[some] = _exact(vectors[pairs[some, 0]], vectors[pairs[some, 1]]) >= least - _SAME
    return pairs[kept], cosines[kept]


def _exact(left: NDArray[np.floating], right: NDArray[np.floating]) -> NDArray[np.float64]:  # (k, dim) twice -> (k,)
    """Cosines; what is not finite counts as 0."""
    left, right = (np.nan_to_num(side.astype(np.float64), posinf=0.0, neginf=0.0) for side in (left, right))
    lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    return np.asarray(np.einsum("kd,kd->k", left, right) / np.maximum(lengths, 1e-24))
