"""Precision and recall of one label over every threshold, and who falls on which side of one of them.

Letters: n = annotated images of which something is said, k = thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.review.evidence import Evidence
from core.review.spread import Rows
from core.values import HeadKind


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """The images at one threshold; those nearest to it first."""

    hits: Rows
    false_alarms: Rows
    misses: Rows
    rest: Rows

    @property
    def precision(self) -> float | None:
        """None where nothing is kept."""
        kept = len(self.hits) + len(self.false_alarms)
        return len(self.hits) / kept if kept else None

    @property
    def recall(self) -> float | None:
        """None where no answer is a yes."""
        wanted = len(self.hits) + len(self.misses)
        return len(self.hits) / wanted if wanted else None


@dataclass(frozen=True, slots=True, eq=False)
class PrecisionRecall:
    rows: Rows
    """(n,) of the evidence, the surest first"""
    values: NDArray[np.float32]
    """(n,) what is said, falling"""
    positive: NDArray[np.bool_]
    """(n,) the answer is yes"""
    thresholds: NDArray[np.float32]
    """(k,) falling, as the curve runs"""
    precision: NDArray[np.float64]
    """(k,)"""
    recall: NDArray[np.float64]
    """(k,)"""

    def __len__(self) -> int:
        return len(self.rows)

    def split(self, threshold: float) -> Split:
        """Kept is what is said with at least that much."""
        kept = int(np.searchsorted(-self.values, -np.float32(threshold), side="right"))
        above, below = self.rows[:kept][::-1], self.rows[kept:]
        yes_above, yes_below = self.positive[:kept][::-1], self.positive[kept:]
        return Split(above[yes_above], above[~yes_above], below[yes_below], below[~yes_below])

    def next_threshold(self, threshold: float, steps: int) -> float:
        """So many different values further up (or down): the smallest step that changes who is kept."""
        rising = self.thresholds[::-1]
        if not len(rising):
            return threshold
        side: Literal["left", "right"] = "right" if steps > 0 else "left"
        place = int(np.searchsorted(rising, [np.float32(threshold)], side=side)[0]) + steps - (1 if steps > 0 else 0)
        return float(rising[max(0, min(place, len(rising) - 1))])


def precision_recall(evidence: Evidence, output: int, bar: float | None = None) -> PrecisionRecall:
    """Of one label or tag. Of a score, yes is an answer of at least `bar` (0..1)."""
    value, target = evidence.probabilities[:, output], evidence.targets[:, output]
    known = np.flatnonzero(~np.isnan(value) & ~np.isnan(target))
    order = known[np.argsort(-value[known], kind="stable")]
    yes = target[order] >= bar if evidence.kind is HeadKind.SCORE and bar is not None else target[order] == 1
    values = value[order]
    last = np.flatnonzero(np.append(values[1:] != values[:-1], True)) if len(values) else np.empty(0, np.int64)
    hits = np.cumsum(yes)[last] if len(values) else np.empty(0, np.int64)
    wanted = max(1, int(np.count_nonzero(yes)))
    return PrecisionRecall(order, values, yes, values[last], hits / (last + 1), hits / wanted)
