"""Pairs of vectors that are alike: all of them, whatever block of the pool they lie in.

Most pairs are told apart by a few directions. In orthonormal ones no two vectors are farther from each other than they
are, nor does it add more than there is to count how much of each lies outside of these directions (Cauchy-Schwarz). So
what is too far apart in them is passed over, and only what is left is compared whole.

Letters: n = vectors, dim = values of one, k, m = pairs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.query.clustering import COMPONENTS, principal_components, unit_rows
from core.review.cells import Cells

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
_WORTH_CELLS: Final = 4 * _BLOCK
"""Vectors from which on it is worth putting them into cells."""
_WORTH_PARTS: Final = 0.6
"""Share of all pairs that the cells leave to compare, above which blocks are as quick."""
_WORTH_SINGLY: Final = 1 / 256
"""Share of a block's pairs above which it is quicker to compare all of them whole than these one by one."""


_Pairs = tuple[NDArray[np.int64], NDArray[np.float32]]
"""(k, 2) positions and (k,) cosines."""


def ignore(share: float) -> None:
    """Nobody waits for it."""


def pairs_alike(
    vectors: NDArray[np.floating], least: float, watch: Watch = ignore
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:  # (n, dim) -> (pairs, 2), (pairs,)
    """Each pair with at least this cosine once, the lower position first, and its cosine.

    Raises UserError where there are too many.
    """
    found, cosines, count = [np.empty((0, 2), np.int64)], [np.empty(0, np.float32)], 0
    for near, alike in _candidates(vectors, least, watch):
        near, alike = _at_least(vectors, near, alike, least)
        count += len(near)
        if count > _MOST_EACH * len(vectors):
            raise UserError(f"nearly all images are {least:g} alike to this encoder", "go by a larger number")
        found.append(near)
        cosines.append(alike)
    return np.concatenate(found), np.minimum(np.concatenate(cosines), 1.0)


def _candidates(vectors: NDArray[np.floating], least: float, watch: Watch) -> Iterator[_Pairs]:
    """Pairs that may be alike enough, each once, with their cosines in float32."""
    within = _Within.of(vectors, watch) if vectors.shape[1] > _WORTH_FEWER else None
    if within is not None and len(vectors) >= _WORTH_CELLS:
        cells = Cells.of(within.points, within.points.shape[1] - 2, lambda: watch(0.0))
        if cells.share_left(_radius(least)) < _WORTH_PARTS:
            yield from _in_cells(vectors, cells, least, watch)
            return
    n, mine = len(vectors), np.empty((0, vectors.shape[1]), np.float32)
    order = np.arange(n)
    blocks = [(start, other) for start in range(0, n, _ROWS * _BLOCK) for other in range(start, n, _BLOCK)]
    for done, (start, other) in enumerate(blocks):
        watch(done / len(blocks))
        rows, others = order[start : start + _ROWS * _BLOCK], order[other : other + _BLOCK]
        if other == start:
            mine = unit_rows(vectors[rows])
        near = None if within is None else _near(within.points[rows], within.points[others], least)
        yield _compared(vectors, order, rows, others, near, least, mine)


def _in_cells(vectors: NDArray[np.floating], cells: Cells, least: float, watch: Watch) -> Iterator[_Pairs]:
    """What lies near no point of a cell is not compared with its points."""
    for share, rows, others in cells.parts(_radius(least)):
        watch(share)
        for start in range(0, len(others), _BLOCK):
            some = others[start : start + _BLOCK]
            near = _near(cells.points[rows], cells.points[some], least)
            if len(near):
                yield _compared(vectors, cells.order, rows, some, near, least)


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


def _near(mine: NDArray[np.float32], others: NDArray[np.float32], least: float) -> NDArray[np.int64]:
    """Positions among the pairs of points of `_Within` that may be alike enough."""
    turned = others.copy()
    turned[:, -2:] = turned[:, :-3:-1]  # the two swapped, so that each half square meets a 1
    return np.flatnonzero(mine @ turned.T >= -_half_square(least))


def _half_square(least: float) -> float:
    """Of the distance at the threshold, with what rounding may add."""
    apart = 1.0 - least
    return apart + _ROUNDING + 1e-3 * math.sqrt(2.0 * apart)


def _radius(least: float) -> float:
    return math.sqrt(2.0 * _half_square(least))


def _compared(
    vectors: NDArray[np.floating],
    order: NDArray[np.int64],
    rows: NDArray[np.int64],
    others: NDArray[np.int64],
    near: NDArray[np.int64] | None,
    least: float,
    mine: NDArray[np.float32] | None = None,
) -> _Pairs:  # (n, dim), (n,), (a,), (b,), (k,), (a, dim)
    """Pairs of `rows` and later ones of `others` whose cosine may reach the threshold.

    Row i is the vector at `order[i]`; `near` are places among these pairs, None where any may be alike; `mine` are the
    rows' vectors of length 1, where they are at hand.
    """
    if near is None or len(near) > len(rows) * len(others) * _WORTH_SINGLY:
        mine = unit_rows(vectors[order[rows]]) if mine is None else mine
        cosines = (mine @ unit_rows(vectors[order[others]]).T).reshape(-1)
        near = np.flatnonzero(cosines >= least - _ROUNDING)
        pairs, later = _pairs(near, order, rows, others)
        return pairs, cosines[near[later]]
    pairs, _ = _pairs(near, order, rows, others)
    alike = _products(vectors, pairs, mine, int(rows[0]))
    kept = alike >= least - _ROUNDING
    return pairs[kept], alike[kept]


def _pairs(
    near: NDArray[np.int64], order: NDArray[np.int64], rows: NDArray[np.int64], others: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:  # (k,) -> (j, 2), (k,)
    """Positions of the vectors, the lower first, of those pairs whose second row comes later, and which these are."""
    left, right = np.divmod(near, len(others))
    left, right = rows[left], others[right]
    later = left < right
    return np.sort(order[np.stack([left[later], right[later]], axis=1)], axis=1), later


def _products(
    vectors: NDArray[np.floating], pairs: NDArray[np.int64], mine: NDArray[np.float32] | None, first: int
) -> NDArray[np.float32]:  # (k, 2) -> (k,)
    """Their cosines. `mine`, where at hand, are vectors of length 1, the lower ones of the pairs, from `first` on."""
    found = np.empty(len(pairs), np.float32)
    for start in range(0, len(pairs), _BLOCK):
        left, right = pairs[start : start + _BLOCK].T
        lower = unit_rows(vectors[left]) if mine is None else mine[left - first]
        found[start : start + _BLOCK] = np.einsum("kd,kd->k", lower, unit_rows(vectors[right]))
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
