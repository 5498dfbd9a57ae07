"""How far up what is true stands in the order of what is said: average precision, and that of a tags head.

Letters: n = what was said, levels = distinct values of it, the highest first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.review.intervals import Figure, wilson

_PARTS = 40
"""Of the images, each left out once to see how far the figure moves."""

Counts = NDArray[np.int64]
"""(levels,)"""


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
    _, level = np.unique(-said, return_inverse=True)
    found, seen = (np.bincount(level, weights=weights).astype(np.int64) for weights in (true, None))
    value = _by_others(found, seen)
    _, which = np.unique(images, return_inverse=True)
    number, positives = int(which.max()) + 1, int(true.sum())
    if number < 2:
        return Figure(value, 0.0, 1.0)
    parts = min(number, _PARTS)
    moved = np.array([value - _by_others(*rest) for rest in _without(true, level, found, seen, which % parts, parts)])
    variance = float(((moved - moved.mean()) ** 2).sum()) * (parts - 1) / parts
    with_true = len(np.unique(which[true]))
    worth = min(value * (1.0 - value) / variance, positives) if variance > 0 else with_true
    return Figure(value, *wilson(value * worth, worth))


def _without(
    true: NDArray[np.bool_], level: Counts, found: Counts, seen: Counts, part: NDArray[np.integer], parts: int
) -> list[tuple[Counts, Counts]]:
    """What is left of `found` and `seen` without each part; all of it where nothing true would be left."""
    rests = []
    for number in range(parts):
        rows = part == number
        less_found = found - np.bincount(level[rows & true], minlength=len(found))
        less_seen = seen - np.bincount(level[rows], minlength=len(seen))
        enough = less_found.any() and less_seen.sum() > 1
        rests.append((less_found, less_seen) if enough else (found, seen))
    return rests


def _by_others(found: Counts, seen: Counts) -> float:
    """Mean over the true ones of the share of true ones among the others at its level or above.

    The topmost has no others: the level below stands in.
    """
    others = np.cumsum(seen) - 1
    share = (np.cumsum(found) - 1) / np.maximum(others, 1)
    second = int(np.flatnonzero(others > 0)[0])
    alone = others <= 0
    share[alone] = found[second] / seen[second]
    return float((found * share).sum() / found.sum())
