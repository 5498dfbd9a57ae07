"""Intervals of 95 %: of a share, and of how far apart two figures are."""

from __future__ import annotations

import math
from dataclasses import dataclass

_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its interval of 95 %."""

    value: float
    low: float
    high: float


def wilson(k: float, n: int) -> tuple[float, float]:
    """Interval of a share of k in n: Wilson, "Probable inference" (1927). (0, 1) where nothing was judged."""
    if n == 0:
        return 0.0, 1.0
    share = k / n
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return max(0.0, centre - half), min(1.0, centre + half)


def difference(newer: Figure, older: Figure) -> Figure:
    """newer - older: Newcombe, "Interval estimation for the difference between independent proportions" (1998).

    It treats the two as measured on different images. Versions are mostly judged on many of the same ones, which makes
    the true interval narrower: what this one calls a difference is one.
    """
    below = math.hypot(newer.value - newer.low, older.high - older.value)
    above = math.hypot(newer.high - newer.value, older.value - older.low)
    change = newer.value - older.value
    return Figure(change, change - below, change + above)
