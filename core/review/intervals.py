"""How far apart two figures are, with an interval that follows from theirs."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its interval of 95 %."""

    value: float
    low: float
    high: float


def difference(newer: Figure, older: Figure) -> Figure:
    """newer - older: Newcombe, "Interval estimation for the difference between independent proportions" (1998).

    It treats the two as measured on different images. Versions are mostly judged on many of the same ones, which makes
    the true interval narrower: what this one calls a difference is one.
    """
    below = math.hypot(newer.value - newer.low, older.high - older.value)
    above = math.hypot(newer.high - newer.value, older.value - older.low)
    change = newer.value - older.value
    return Figure(change, change - below, change + above)
