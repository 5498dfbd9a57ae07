"""Judgements of pairs: which of two images is the better one under a score head, as they are made, kept and learned.

Letters: p = pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.values import ActId, HeadId, ImageId, Source


class Outcome(StrEnum):
    LEFT = "left"
    RIGHT = "right"
    TIE = "tie"
    SKIPPED = "skipped"
    """Looked at and left open: it teaches nothing and is not proposed again."""


SHARE_OF_LEFT = {Outcome.LEFT: 1.0, Outcome.RIGHT: 0.0, Outcome.TIE: 0.5}
"""The part of a won comparison that goes to the left image; a tie is half a win for each."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two images and which of them is the better one."""

    left: ImageId
    right: ImageId
    outcome: Outcome

    @property
    def images(self) -> frozenset[ImageId]:
        return frozenset((self.left, self.right))


@dataclass(frozen=True, slots=True)
class PairRow:
    """One row of the log of pairs; rows are never changed."""

    pair_id: int
    act_id: ActId
    at: datetime
    source: Source
    head_id: HeadId
    said: Comparison | None
    """None where it was taken back."""
    retracts: Comparison | None = None
    """What was taken back."""


@dataclass(frozen=True, slots=True, eq=False)
class PairSet:
    """Judged pairs of one head, ready for training; ties are among them, skipped ones are not."""

    left: NDArray[np.uint8]
    """(p, 32) hashes"""
    right: NDArray[np.uint8]
    """(p, 32)"""
    share: NDArray[np.float32]
    """(p,) of the left image: 1 it won, 0 it lost, 0.5 a tie"""
    left_groups: NDArray[np.int64]
    """(p,) images of one group always share a fold"""
    right_groups: NDArray[np.int64]
    """(p,)"""

    def __len__(self) -> int:
        return len(self.share)

    def some(self, kept: NDArray[np.bool_]) -> PairSet:
        return PairSet(
            self.left[kept], self.right[kept], self.share[kept], self.left_groups[kept], self.right_groups[kept]
        )


def no_pairs() -> PairSet:
    hashes, groups = np.empty((0, 32), np.uint8), np.empty(0, np.int64)
    return PairSet(hashes, hashes, np.empty(0, np.float32), groups, groups)


def best_of(images: tuple[ImageId, ...], best: ImageId) -> tuple[Comparison, ...]:
    """The best of several images has won over each of the others; each pair lies as it was shown."""
    place = images.index(best)
    before = (Comparison(other, best, Outcome.RIGHT) for other in images[:place])
    return *before, *(Comparison(best, other, Outcome.LEFT) for other in images[place + 1 :])


def as_shown(said: Sequence[Comparison]) -> tuple[ImageId, ...]:
    """The images of one act in the places where they were shown."""
    common = frozenset.intersection(*(one.images for one in said))
    if len(common) != 1:
        return tuple(dict.fromkeys(image for one in said for image in (one.left, one.right)))
    before, after = ([one for one in said if (one.right in common) is first] for first in (True, False))
    return *(one.left for one in before), *common, *(one.right for one in after)
