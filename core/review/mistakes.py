"""False positives and false negatives of one label, judged out of fold against the answers.

Letters: n = annotated images, output = the column of the label, 0 for a score.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.review.evidence import EVEN, Evidence, decided
from core.values import HeadKind


def false_positives(evidence: Evidence, output: int, threshold: float | None = None) -> NDArray[np.int64]:
    """Rows said to have the label whose answer says no, the surest first.

    `threshold`: said from that probability (a score: from that value, 0..1) on; None: where it is decided for.
    """
    said, answered, known = _sides(evidence, output, threshold)
    rows = np.flatnonzero(known & said & ~answered)
    return rows[np.argsort(-evidence.probabilities[rows, output], kind="stable")]


def false_negatives(evidence: Evidence, output: int, threshold: float | None = None) -> NDArray[np.int64]:
    """Rows not said to have the label whose answer says yes, the surest first."""
    said, answered, known = _sides(evidence, output, threshold)
    rows = np.flatnonzero(known & ~said & answered)
    return rows[np.argsort(evidence.probabilities[rows, output], kind="stable")]


def _sides(
    evidence: Evidence, output: int, threshold: float | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Said to have it, answered to have it, both known; (n,) each."""
    value, target = evidence.probabilities[:, output], evidence.targets[:, output]
    known = ~np.isnan(value) & ~np.isnan(target)
    if evidence.kind is HeadKind.SCORE:
        bar = EVEN if threshold is None else threshold
        return value >= bar, target >= bar, known
    said = decided(evidence)[:, output] == 1 if threshold is None else value >= threshold
    return said, target == 1, known
