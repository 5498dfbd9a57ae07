"""What is known of a pool because it is answered: there nothing is estimated, only counted.

Limits keep an answered image by what the version says of it, though the version learned from it: that is what becomes
of its file. Letters: m = images of the pool.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.review.limits import Limits


@dataclass(frozen=True, slots=True)
class Tally:
    """Of the images that limits keep, or of those that they do not."""

    images: int = 0
    answered: int = 0
    yes: int = 0
    """Answered, and wanted"""

    @property
    def left(self) -> int:
        """Without an answer"""
        return self.images - self.answered


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """Every image that limits may keep, in any order."""

    said: NDArray[np.float32]
    """(m,) by the version itself, as files are kept by it"""
    wanted: NDArray[np.float32]
    """(m,) 1 yes, 0 no, NaN where no answer says"""

    def tallies(self, limits: Limits) -> tuple[Tally, Tally]:
        """Of those kept, and of the others."""
        kept = limits.within(self.said)
        return _tally(self.wanted[kept]), _tally(self.wanted[~kept])


def _tally(wanted: NDArray[np.float32]) -> Tally:
    return Tally(len(wanted), int(np.count_nonzero(~np.isnan(wanted))), int(np.count_nonzero(wanted == 1)))
