"""Which answers are said to be what: the images of every cell of the confusion matrix.

Letters: n = annotated images, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.review.evidence import Evidence
from core.review.flips import decided_bin
from core.review.spread import Rows, bin_count, grouped
from core.values import HeadKind


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """Places are labels, brackets, or no and yes of one tag."""

    cells: tuple[tuple[Rows, ...], ...]
    """cells[answered][said]"""

    def counts(self) -> NDArray[np.int64]:  # (places, places)
        return np.array([[len(rows) for rows in line] for line in self.cells], np.int64)

    @property
    def judged(self) -> int:
        return int(self.counts().sum())


def confusion(evidence: Evidence, output: int = 0) -> Confusion:
    """Of a tags head the two sides of the tag `output`. Images of which nothing is said are in no cell."""
    answered, said = decided_bin(evidence.targets, evidence.kind), decided_bin(evidence.probabilities, evidence.kind)
    tags = evidence.kind is HeadKind.TAGS
    column, places = (output, 2) if tags else (0, bin_count(evidence.kind, evidence.targets.shape[1]))
    first, second = answered[:, column].astype(np.int64), said[:, column].astype(np.int64)
    codes = np.where((first < 0) | (second < 0), -1, first * places + second)
    cells = grouped(codes, places * places)
    return Confusion(tuple(tuple(cells[row * places : (row + 1) * places]) for row in range(places)))
