"""How far the scale of a score head moved between two versions, by what each says of images that it never saw.

An image belongs to the bracket nearest to its answer of today. Both versions speak of the same images, so the drift is
the mean of differences, and much of what makes scores unsure falls out of it.

Letters: n = answered images.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.review.intervals import change_interval, group_means
from core.values import BRACKETS, in_bracket


@dataclass(frozen=True, slots=True)
class BracketDrift:
    """Images that were given one bracket; scores from 0 to 10."""

    bracket: int
    images: int
    before: float
    """Mean score that the older version gives them; as the next."""
    after: float
    low: float
    """Ends of the drift's interval, unbounded where there are few images. Those of all brackets hold at once."""
    high: float

    @property
    def drift(self) -> float:
        return self.after - self.before

    @property
    def is_sure(self) -> bool:
        """It moved, beyond chance."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class ScaleDrift:
    images: int
    """All that both versions judge unseen."""
    brackets: tuple[BracketDrift, ...]
    """Those that hold images, in order."""

    @property
    def mean(self) -> float:
        """How far scores moved on the whole."""
        return sum(one.images * one.drift for one in self.brackets) / self.images

    @property
    def farthest(self) -> BracketDrift | None:
        """The bracket that moved most of those that moved beyond chance."""
        return max((one for one in self.brackets if one.is_sure), key=lambda one: abs(one.drift), default=None)


def scale_drift(
    given: NDArray[np.floating], before: NDArray[np.floating], after: NDArray[np.floating], groups: NDArray[np.integer]
) -> ScaleDrift | None:
    """All (n,) from 0 to 1; NaN where there is no answer, or a version may not judge. None where nothing is left.

    Intervals are as wide as so many `groups` (n,) of images make them.
    """
    known = ~(np.isnan(given) | np.isnan(before) | np.isnan(after))
    if not known.any():
        return None
    scores = [values[known].astype(np.float64) * BRACKETS for values in (before, after)]
    nearest = in_bracket(given[known].astype(np.float32) * BRACKETS).astype(np.int64)
    held = np.unique(nearest)
    brackets = []
    for bracket in held:
        old, new = (values[nearest == bracket] for values in scores)
        low, high = change_interval(group_means(new - old, groups[known][nearest == bracket]), at_once=len(held))
        apart = float((new - old).mean())
        middle = (low + high) / 2.0 if np.isfinite(low) else apart
        low, high = low + apart - middle, high + apart - middle
        brackets.append(BracketDrift(int(bracket), len(old), float(old.mean()), float(new.mean()), low, high))
    return ScaleDrift(int(np.count_nonzero(known)), tuple(brackets))
