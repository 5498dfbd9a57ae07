"""Intervals of 95 % of a share, of a mean, and of how far apart two figures are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from core.values import BRACKETS

Z = 1.959963984540054
"""Of the normal distribution, for an interval of 95 %"""
_LEAST_CHANGES = 5
_ALMOST_ANYTHING = 0.5


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its interval of 95 %."""

    value: float
    low: float
    high: float


def says_little(low: float, high: float) -> bool:
    """Of a share whose interval is more than half of all that it may be; of one in two, that is below twelve images."""
    return high - low > _ALMOST_ANYTHING


def wilson(k: float, n: float) -> tuple[float, float]:
    """Interval of a share of k in n: Wilson, "Probable inference" (1927). (0, 1) where nothing was judged.

    None and all of n end in 0 and 1 themselves, which rounding would miss.
    """
    if n == 0:
        return 0.0, 1.0
    share = k / n
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return max(0.0, centre - half) if k > 0 else 0.0, min(1.0, centre + half) if k < n else 1.0


def wilson_of_groups(right: NDArray[np.floating], of: NDArray[np.floating]) -> tuple[float, float]:
    """Interval of the share right.sum() in of.sum(), where each image (n,) says `of` things that go together.

    Wilson's, on as many independent ones as are worth the same: Korn & Graubard, "Confidence intervals for proportions
    with small expected number of positive counts estimated from survey data" (1998).
    """
    images, total = len(of), float(of.sum())
    if total == 0 or images < 2:
        return 0.0, 1.0
    share = float(right.sum()) / total
    apart = float(((right - share * of) ** 2).sum()) * images / (images - 1) / total**2
    worth = min(share * (1 - share) / apart, total) if apart > 0 else float(images)
    return wilson(share * worth, worth)


def wilson_of_pairs(
    right: NDArray[np.floating], left: NDArray[np.integer], other: NDArray[np.integer]
) -> tuple[float, float]:
    """Interval of the share right.mean() of pairs (n,); those that share an image, `left` or `other`, go together.

    Wilson's, on as many independent pairs as are worth the same: Aronow, Samii & Assenova, "Cluster-robust variance
    estimation for dyadic data" (2015).
    """
    n = len(right)
    if n == 0:
        return 0.0, 1.0
    share = float(right.mean())
    _, places = np.unique(np.concatenate([left, other]), return_inverse=True)
    images = int(places.max()) + 1
    miss = right - share
    touching = np.bincount(places.ravel(), weights=np.concatenate([miss, miss]), minlength=images)
    apart = float((touching**2).sum() - (miss**2).sum()) / n**2
    most = min(float(n), max(images / 2, 1.0)) if share in (0.0, 1.0) else float(n)
    worth = min(share * (1 - share) / apart, most) if apart > 0 else most
    return wilson(share * worth, worth)


def mean_interval(values: NDArray[np.floating]) -> tuple[float, float]:
    """Interval of the mean of `values` (n,) in brackets, none negative: Student's, on the logarithm of the mean.

    Misses are skewed: of 20 of them Student's own interval covers 93 %, the bootstrap's 91 %, this one 95 %. Where most
    are equal, which says little of the rare others, it reaches at least as far as `_unseen` of these may be.
    """
    n = len(values)
    if n < 2:
        return 0.0, math.inf
    mean = float(values.mean())
    half = _student(n - 1) * float(values.std(ddof=1)) / math.sqrt(n) / mean if mean > 0 else 0.0
    unseen = _unseen(values, 1.0)
    return max(0.0, min(mean * math.exp(-half), mean - unseen)), max(mean * math.exp(half), mean + unseen)


def answer_interval(values: NDArray[np.floating]) -> tuple[float, float]:
    """Interval of the mean of answers to a score head (n,), 0 to 1: Student's, and as far as `_unseen` ones may be.

    Answers are rounded to brackets, so they spread at least as much as that hides.
    """
    n = len(values)
    if n < 2:
        return 0.0, 1.0
    mean = float(values.mean())
    step = 1.0 / BRACKETS
    spread = max(float(values.std(ddof=1)), step / math.sqrt(12))
    half = max(_student(n - 1) * spread / math.sqrt(n), _unseen(values, step))
    return max(0.0, mean - half), min(1.0, mean + half)


def change_interval(changes: NDArray[np.floating], *, at_once: int) -> tuple[float, float]:
    """Interval of the mean of `changes` (n,): Student's. `at_once`: so many of them hold together (Bonferroni).

    Unbounded below five images, which say too little of their own spread.
    """
    n = len(changes)
    if n < _LEAST_CHANGES:
        return -math.inf, math.inf
    z = NormalDist().inv_cdf(1.0 - 0.025 / at_once)
    mean, half = float(changes.mean()), _student(n - 1, z) * float(changes.std(ddof=1)) / math.sqrt(n)
    return mean - half, mean + half


def group_means(values: NDArray[np.floating], groups: NDArray[np.integer]) -> NDArray[np.float64]:
    """The mean of each group of `values` and `groups` (n,): of a burst of near-duplicates one value is known, not n."""
    _, which = np.unique(groups, return_inverse=True)
    means: NDArray[np.float64] = np.bincount(which, weights=values) / np.maximum(np.bincount(which), 1)
    return means


def difference(newer: Figure, older: Figure) -> Figure:
    """newer - older: Newcombe, "Interval estimation for the difference between independent proportions" (1998).

    It treats the two as measured on different images. Versions are mostly judged on many of the same ones, which makes
    the true interval narrower: what this one calls a difference is one.
    """
    below = math.hypot(newer.value - newer.low, older.high - older.value)
    above = math.hypot(newer.high - newer.value, older.value - older.low)
    change = newer.value - older.value
    return Figure(change, change - below, change + above)


def _unseen(values: NDArray[np.floating], step: float) -> float:
    """How far values (n,) unlike the commonest, that chance may have left out, would move the mean.

    As many more as Wilson's interval of their share allows, each as far as the farthest that was seen, or a `step`.
    """
    kinds, counts = np.unique(values, return_counts=True)
    commonest, n = kinds[counts.argmax()], len(values)
    others = n - int(counts.max())
    return (wilson(others, n)[1] - others / n) * max(float(np.abs(kinds - commonest).max()), step)


def _student(freedom: int, z: float = Z) -> float:
    """The point of Student's t where the normal's is `z` (97.5 %), a little low at 3 and 4 degrees.

    Abramowitz & Stegun (1964), 26.7.5; below 3 degrees, where that is far too low, the inverse is known.
    """
    within = 2 * NormalDist().cdf(z) - 1
    if freedom == 1:
        return math.tan(math.pi / 2 * within)
    if freedom == 2:
        return within * math.sqrt(2 / (1 - within**2))
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return math.fsum(term / float(freedom) ** power for power, term in enumerate(terms))
