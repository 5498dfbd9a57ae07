"""How wrong an answer is: of a score in brackets, of a label 0 or 1, of tags the share of the known ones.

Letters: n = images, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.review.evidence import EVEN
from core.values import BRACKETS, HeadKind


def losses_of(kind: HeadKind, targets: NDArray[np.floating], said: NDArray[np.floating]) -> NDArray[np.float64]:
    """Of `targets` (n, outputs) and answers (..., n, outputs): (..., n), NaN where nothing is said."""
    silent = np.isnan(said).all(axis=-1)
    if kind is HeadKind.SCORE:
        return np.asarray(np.abs(said[..., 0].astype(np.float64) - targets[:, 0]) * BRACKETS)
    if kind is HeadKind.CLASS:
        wrong = np.where(np.isnan(said), -1, said).argmax(axis=-1) != targets.argmax(axis=-1)
        return np.where(silent, np.nan, wrong)
    known = ~np.isnan(targets) & ~np.isnan(said)
    wrong = ((said > EVEN) != (targets > EVEN)) & known
    of = known.sum(axis=-1)
    return np.where(of > 0, wrong.sum(axis=-1) / np.maximum(of, 1), np.nan)
