"""Limits on what a head says: which images lie within them, and where they must lie to keep so many.

Predictions are kept in half precision. A limit lies half-way between two such numbers, so that a head asked anew, in
full precision, keeps the same images. Letters: n = images.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_DIGITS = 9
"""Decimals of a limit: half-way between two half-precision numbers is far from any of them by that measure."""
_PERCENT = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """Of what is said, 0 to 1, inclusive; None: no limit on that side."""

    low: float | None = None
    high: float | None = None

    @property
    def keeps_low(self) -> bool:
        """What is said least is kept."""
        return self.low is None and self.high is not None

    def within(self, said: NDArray[np.floating]) -> NDArray[np.bool_]:  # (n,) -> (n,)
        """What was never learned is not kept."""
        kept = ~np.isnan(said)
        if self.low is not None:
            kept &= said >= self.low
        if self.high is not None:
            kept &= said <= self.high
        return np.asarray(kept)

    def regions(self, said: NDArray[np.floating]) -> NDArray[np.int8]:  # (n,) -> (n,)
        """0 below, 1 within, 2 above; what was never learned is below."""
        found = np.ones(len(said), np.int8)
        if self.low is not None:
            found[~(said >= self.low)] = 0
        if self.high is not None:
            found[said > self.high] = 2
        found[np.isnan(said)] = 0
        return found


def between_numbers(value: float) -> float:
    """The place half-way between two half-precision numbers that is nearest to `value`; 0 and 1 stay."""
    if value <= 0.0 or value >= 1.0:
        return min(max(value, 0.0), 1.0)
    near = np.float16(value)
    edges = []
    for other in (np.nextafter(near, np.float16(0)), np.nextafter(near, np.float16(1))):
        if other != near:
            edges.append((float(near) + float(other)) / 2)
    best = min(edges, key=lambda edge: abs(edge - value))
    return round(best, _DIGITS)


def just_below(value: float) -> float:
    """The limit that keeps `value`, a half-precision number, and nothing under it."""
    here = np.float16(value)
    under = np.nextafter(here, np.float16(0))
    return 0.0 if under == here else round((float(here) + float(under)) / 2, _DIGITS)


def just_above(value: float) -> float:
    """The limit that keeps `value` and nothing over it."""
    here = np.float16(value)
    over = np.nextafter(here, np.float16(1))
    return 1.0 if over == here else round((float(here) + float(over)) / 2, _DIGITS)


def best(rising: NDArray[np.floating], number: int) -> float:
    """The limit from which on about the `number` highest are kept; more where several say the same.

    `rising` (n,) is what is said, in rising order and without what was never learned. Where there are no more than
    `number` of them, nothing is limited.
    """
    if number <= 0 or not len(rising):
        return 1.0
    if number >= len(rising):
        return 0.0
    return just_below(float(rising[len(rising) - number]))


def least(rising: NDArray[np.floating], number: int) -> float:
    """The limit up to which about the `number` lowest are kept; as above."""
    if number <= 0 or not len(rising):
        return 0.0
    if number >= len(rising):
        return 1.0
    return just_above(float(rising[number - 1]))


def shortest(rising: NDArray[np.floating], limit: float, *, scale: int = 1) -> str:
    """The number with the fewest digits, times `scale`, that keeps what `limit` keeps; a percent at the coarsest.

    A head asked anew, in full precision, may say anything that is rounded to what it said: no limit lies there.
    """
    place = int(np.searchsorted(rising, limit))
    low = just_above(float(rising[place - 1])) if place else 0.0
    high = just_below(float(rising[place])) if place < len(rising) else 1.0
    for digits in range(_PERCENT if scale == 1 else _PERCENT - 1, _DIGITS):
        steps = limit * scale * 10**digits
        near = sorted((math.floor(steps), math.ceil(steps)), key=lambda step: abs(step - steps))
        for step in near:
            if low <= step / 10**digits / scale <= high:
                return _plain(step / 10**digits, digits)
    return _plain(limit * scale, _DIGITS)


def _plain(number: float, digits: int) -> str:
    return f"{round(number, digits):.{digits}f}".rstrip("0").rstrip(".")


def count_within(rising: NDArray[np.floating], limits: Limits) -> int:
    """How many are kept, without looking at each."""
    first = 0 if limits.low is None else int(np.searchsorted(rising, limits.low, side="left"))
    end = len(rising) if limits.high is None else int(np.searchsorted(rising, limits.high, side="right"))
    return max(0, end - first)
