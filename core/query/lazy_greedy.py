"""Choosing one after the other, looking again only at what may still be best.

Minoux, "Accelerated greedy algorithms for maximizing submodular set functions" (1978): a gain that was true before
others were chosen is at least what it is now, so that most images never need a second look.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

GainOf = Callable[[int], float]
"""What one image would gain now."""
Take = Callable[[int], None]
"""What its being chosen changes."""


def lazily_greedy(gains: NDArray[np.floating], count: int, gain_of: GainOf, take: Take) -> NDArray[np.int64]:
    """Positions of at most `count`, best first; `gains` (n,) before anything is chosen, none below 0.

    Where gains may also grow a little it is an approximation: what was looked at is true, the rest is as it was.
    """
    bounds = np.array(gains, dtype=np.float64)
    chosen: list[int] = []
    while len(chosen) < min(count, len(bounds)):
        best = int(bounds.argmax())
        bounds[best] = gain_of(best)
        if bounds[best] < bounds.max():
            continue
        chosen.append(best)
        take(best)
        bounds[best] = -1.0
    return np.array(chosen, dtype=np.int64)
