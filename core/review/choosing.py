"""Where a limit must lie: to be wrong of so few that are kept, or to keep so many of what is wanted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.review.limits import Limits, between_numbers
from core.review.strata import Kept, Pool, kept

_TRIED = 60
"""Places at which a limit is looked for."""
_FEWEST = 10
"""Images that a limit keeps at the least."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    limits: Limits
    kept: Kept
    proven: bool
    """The end of the interval holds what was asked. An estimate alone would not do: of many limits the one whose
    estimate just holds is mostly one that chance flatters."""


def least_wrong(pool: Pool, limits: Limits, share: float) -> Found | None:
    """The widest limits of which at most `share` of what is kept is wrong.

    Where that cannot be proven, those that promise the most; None where nothing is kept anywhere.
    """
    tries = _tries(pool, limits, strict_first=False)
    for one, found in tries:
        if found.precision.low >= 1 - share:
            return Found(one, found, proven=True)
    surest = max(tries, key=lambda each: each[1].precision.low, default=None)
    return None if surest is None else Found(*surest, proven=False)


def most_found(pool: Pool, limits: Limits, share: float) -> Found | None:
    """The narrowest limits that keep at least `share` of what is wanted; where none is proven to, the widest."""
    tries = _tries(pool, limits, strict_first=True)
    for one, found in tries:
        if found.recall.low >= share:
            return Found(one, found, proven=True)
    return Found(*tries[-1], proven=False) if tries else None


def _tries(pool: Pool, limits: Limits, *, strict_first: bool) -> list[tuple[Limits, Kept]]:
    """The upper limit moves where the lowest is kept, else the lower one."""
    values = _places(pool.said if pool.whole is None else pool.whole.said)
    if limits.keeps_low:
        moved = [Limits(None, between_numbers(value)) for value in values]
    else:
        top = 1.0 if limits.high is None else limits.high
        moved = [Limits(between_numbers(value), limits.high) for value in values[::-1] if value < top]
    known = list(dict.fromkeys(moved))
    return [(one, kept(pool, one)) for one in (known if strict_first else known[::-1])]


def _places(said: NDArray[np.float32]) -> NDArray[np.float64]:
    """Rising. Even steps, and finer ones towards both ends of the ranks, where few images are."""
    rising = np.sort(said[~np.isnan(said)])
    n = len(rising)
    if not n:
        return np.empty(0, np.float64)
    ends = np.geomspace(min(_FEWEST, n), max(n / 4, 1), _TRIED // 3)
    ranks = np.concatenate([ends, n - ends, np.linspace(0, n - 1, _TRIED // 3)]).astype(np.int64)
    return np.unique(rising[np.clip(ranks, 0, n - 1)]).astype(np.float64)
