"""How far up what is true stands in the order of what is said: average precision, and that of a tags head.

Letters: n = what was said, levels = distinct values of it, the highest first.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from core.review.intervals import Figure, Z, wilson

_PARTS = 40
"""Of the images, each left out once to see how far the figure moves."""

_CELLS = 4_000_000
"""Counted at a time."""

Counts = NDArray[np.int64]
"""(levels, k)"""


def average_precision(relevant: NDArray[np.bool_], utility: NDArray[np.floating]) -> float | None:
    """Mean precision at the relevant images (n,) in descending order of `utility`; None where none is relevant."""
    if not relevant.any():
        return None
    levels, tie = np.unique(-utility, return_inverse=True)
    found = np.cumsum(np.bincount(tie, weights=relevant, minlength=len(levels)))
    seen = np.cumsum(np.bincount(tie, minlength=len(levels)))
    gained = np.diff(found, prepend=0.0)
    return float((gained * found / seen).sum() / found[-1])


def pooled_precision(true: NDArray[np.bool_], said: NDArray[np.floating], images: NDArray[np.integer]) -> Figure | None:
    """Of the answers (n,) to all tags in one order: average precision that few answers do not flatter.

    Each true one is judged by the others alone: by the share of them that is true at its probability or above. Counted
    with itself, as is usual, the figure of twenty images may be a tenth too high (docs/learning.md). `images` (n,) says
    which answers go together. Its interval is Wilson's, on as many independent answers as are worth what leaving out
    parts of the images in turn shows (the jackknife, Tukey 1958). None where nothing is true, or nothing else is known.
    """
    if not true.any() or len(true) < 2:
        return None
    _, which = np.unique(images, return_inverse=True)
    value, without = _left_out(true, said, which)
    if len(without) < 2:
        return Figure(value, 0.0, 1.0)
    variance = _jackknife(without)
    worth = min(value * (1.0 - value) / variance, int(true.sum())) if variance > 0 else len(np.unique(which[true]))
    return Figure(value, *wilson(value * worth, worth))


def precision_change(
    true: NDArray[np.bool_], before: NDArray[np.floating], after: NDArray[np.floating], images: NDArray[np.integer]
) -> Figure | None:
    """How much more `after` reaches than `before` (n,) on the same answers, judged as in `pooled_precision`.

    Its interval is by the same parts of the images, left out on both sides at once, and is as wide as one true answer
    more or less at least.
    """
    if not true.any() or len(true) < 2:
        return None
    _, which = np.unique(images, return_inverse=True)
    (was, before_without), (now, after_without) = (_left_out(true, said, which) for said in (before, after))
    if len(before_without) < 2:
        return Figure(now - was, -1.0, 1.0)
    least = 1.0 / len(np.unique(which[true]))
    half = Z * math.sqrt(_jackknife(after_without - before_without) + least**2)
    return Figure(now - was, max(-1.0, now - was - half), min(1.0, now - was + half))


def _left_out(
    true: NDArray[np.bool_], said: NDArray[np.floating], which: NDArray[np.integer]
) -> tuple[float, NDArray[np.float64]]:
    """The figure, and that without each part of the images (parts,), `which` (n,) being theirs, counted from 0."""
    _, level = np.unique(-said, return_inverse=True)
    found, seen = (np.bincount(level, weights=weights).astype(np.int64) for weights in (true, None))
    value = float(_by_others(found[:, None], seen[:, None])[0])
    parts = min(int(which.max()) + 1, _PARTS)
    return value, _without_parts(true, level, which % parts, parts, value)


def _jackknife(without: NDArray[np.float64]) -> float:
    """The variance of a figure, from the figure without each part."""
    parts = len(without)
    return float(((without - without.mean()) ** 2).sum()) * (parts - 1) / parts


def _without_parts(
    true: NDArray[np.bool_], level: NDArray[np.integer], part: NDArray[np.integer], parts: int, whole: float
) -> NDArray[np.float64]:  # (parts,)
    """The figure without each part; `whole` where nothing true, or nothing else, would be left."""
    levels = int(level.max()) + 1
    at_once = max(_CELLS // levels, 1)
    figures = np.full(parts, whole)
    for start in range(0, parts, at_once):
        some = min(at_once, parts - start)
        own = (part >= start) & (part < start + some)
        cell = level[own] * some + part[own] - start
        found, seen = (
            np.bincount(level[of], minlength=levels)[:, None]
            - np.bincount(cell[within], minlength=levels * some).reshape(levels, some)
            for of, within in ((true, true[own]), (slice(None), slice(None)))
        )
        enough = found.any(axis=0) & (seen.sum(axis=0) > 1)
        figures[start : start + some][enough] = _by_others(found[:, enough], seen[:, enough])
    return figures


def _by_others(found: Counts, seen: Counts) -> NDArray[np.float64]:  # (k,)
    """Mean over the true ones of the share of true ones among the others at its level or above.

    `found` and `seen` (levels, k) count the true ones and all at each level. The topmost has no others: the level below
    stands in.
    """
    others = np.cumsum(seen, axis=0) - 1
    share = (np.cumsum(found, axis=0) - 1) / np.maximum(others, 1)
    second, each = (others > 0).argmax(axis=0), np.arange(found.shape[1])
    below = found[second, each] / seen[second, each]
    totals = (found * np.where(others > 0, share, below)).sum(axis=0) / found.sum(axis=0)
    return np.asarray(totals, dtype=np.float64)
