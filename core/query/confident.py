"""Which images a head is sure to have one label, tag or bracket.

Letters: n = images, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from core.values import BRACKETS, HeadKind, in_bracket


def sureness(probabilities: NDArray[np.floating], kind: HeadKind, output: int) -> NDArray[np.float32]:
    """(n, outputs) -> (n,): how probable it is, -1 where the head decides otherwise or says nothing.

    `output` is a label's column, or the bracket 0 to 10 of a score head, which is the surer the nearer the score is.
    """
    said = np.nan_to_num(np.asarray(probabilities, np.float32), nan=-1.0)
    match kind:
        case HeadKind.CLASS:
            return np.where(said.argmax(axis=1) == output, said[:, output], np.float32(-1.0))
        case HeadKind.TAGS:
            return np.where(said[:, output] > 0.5, said[:, output], np.float32(-1.0))
        case HeadKind.SCORE:
            score = said[:, 0] * BRACKETS
            near = (said[:, 0] >= 0) & (in_bracket(score) == output)
            return np.where(near, 1.0 - np.abs(score - output), -1.0).astype(np.float32)
        case _:
            assert_never(kind)


def sure_counts(
    probabilities: NDArray[np.floating], kind: HeadKind, waiting: NDArray[np.bool_], threshold: float
) -> NDArray[np.int64]:
    """How many of the `waiting` (n, outputs), or (n, 1) for all alike, are sure from `threshold` on: of each label,
    or of each bracket 0 to 10."""
    said = np.nan_to_num(np.asarray(probabilities, np.float32), nan=-1.0)
    match kind:
        case HeadKind.CLASS:
            sure = waiting[:, 0] & (said.max(axis=1, initial=-1.0) >= threshold)
            return np.bincount(said[sure].argmax(axis=1), minlength=said.shape[1])
        case HeadKind.TAGS:
            return np.asarray((waiting & (said > 0.5) & (said >= threshold)).sum(axis=0), np.int64)
        case HeadKind.SCORE:
            near = waiting[:, 0] & (said[:, 0] >= 0)
            brackets = in_bracket(said[near, 0] * BRACKETS).astype(np.int64)
            return np.bincount(brackets, minlength=BRACKETS + 1)
        case _:
            assert_never(kind)
