"""How much better a version does than another on the same images, by the figure that its kind of head is told by.

Letters: n = images, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.review.average_precision import precision_change
from core.review.intervals import Figure, group_means
from core.review.losses import losses_of
from core.review.progress import BRACKET_MISSES, SHARES, paired
from core.values import HeadKind


@dataclass(frozen=True, slots=True)
class Gain:
    figure: str
    """ "accuracy", "mae" or "average_precision"; of tags none of which is true the first, the share that is right"""
    by: Figure
    """Better is more, so of "mae" it is how many brackets less."""


def gain_of(
    kind: HeadKind,
    targets: NDArray[np.floating],
    before: NDArray[np.floating],
    after: NDArray[np.floating],
    groups: NDArray[np.integer],
) -> Gain:
    """All (n, outputs), NaN where nothing is known or said; images of one of the `groups` (n,) are alike."""
    if kind is HeadKind.TAGS:
        known = ~np.isnan(targets + before + after)
        images = np.broadcast_to(groups[:, None], known.shape)[known]
        change = precision_change(targets[known] > 0.5, before[known], after[known], images)
        if change is not None:
            return Gain("average_precision", change)
    older, newer = (losses_of(kind, targets, one) for one in (before, after))
    gains = older - newer
    told, score = ~np.isnan(gains), kind is HeadKind.SCORE
    unit = (BRACKET_MISSES if score else SHARES).unit
    return Gain("mae" if score else "accuracy", _paired_by_group(gains[told], groups[told], unit))


def _paired_by_group(gains: NDArray[np.float64], groups: NDArray[np.integer], unit: float) -> Figure:
    """The mean over images (n,); its interval is as wide as so many groups make it, for images of one are alike."""
    own = paired(group_means(gains, groups), unit)
    mean = float(gains.mean()) if len(gains) else 0.0
    return Figure(mean, own.low + mean - own.value, own.high + mean - own.value)
