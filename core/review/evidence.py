"""Answers beside what heads that did not see the image say of it, and what those heads decide.

Letters: n = annotated images, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from core.values import BRACKETS, HeadKind

EVEN = 0.5
NEAR = 1.0 / BRACKETS
"""Scores that differ by no more than one bracket say the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Row i of every array speaks of one annotated image."""

    kind: HeadKind
    targets: NDArray[np.float32]
    """(n, outputs) one-hot for class; value / 10 for score; 1 yes, 0 no, NaN unknown for tags"""
    probabilities: NDArray[np.float32]
    """(n, outputs) out of fold; NaN where nothing is said"""
    members: NDArray[np.float32]
    """(n, members, outputs) the same of each member; NaN where there is none"""

    def __len__(self) -> int:
        return len(self.targets)

    def judged(self) -> NDArray[np.bool_]:
        """(n,) of which something is said"""
        return np.asarray(~np.isnan(self.probabilities).all(axis=1))


def decided(evidence: Evidence) -> NDArray[np.float32]:
    """What is said, in the form of an answer: (n, outputs), NaN where nothing is said."""
    return decide(evidence.probabilities, evidence.kind)


def decide(probabilities: NDArray[np.floating], kind: HeadKind) -> NDArray[np.float32]:
    """(..., outputs) -> (..., outputs)"""
    said = np.asarray(probabilities, dtype=np.float32)
    match kind:
        case HeadKind.CLASS:
            chosen = np.arange(said.shape[-1]) == likeliest(said)[..., None]
            return np.where(np.isnan(said).all(axis=-1, keepdims=True), np.nan, chosen).astype(np.float32)
        case HeadKind.TAGS:
            return np.where(np.isnan(said), np.nan, said > EVEN).astype(np.float32)
        case HeadKind.SCORE:
            return np.asarray(np.round(said * 2 * BRACKETS) / (2 * BRACKETS), dtype=np.float32)
        case _:
            assert_never(kind)


def likeliest(probabilities: NDArray[np.floating]) -> NDArray[np.int64]:
    """(..., labels) -> (...): the label of a class head; -1 where nothing is said of any."""
    unknown = np.isnan(probabilities)
    return np.where(unknown.all(axis=-1), -1, np.where(unknown, -1.0, probabilities).argmax(axis=-1))


def contested(evidence: Evidence) -> NDArray[np.bool_]:
    """Outputs (n, outputs) on which the decision and the answer differ; of a class the two that do."""
    said = decided(evidence)
    known = ~np.isnan(evidence.targets) & ~np.isnan(said)
    apart = np.abs(np.nan_to_num(said) - np.nan_to_num(evidence.targets))
    return np.asarray(known & (apart > (NEAR + 1e-6 if evidence.kind is HeadKind.SCORE else EVEN)))


def still_confirmed(
    evidence: Evidence, against: NDArray[np.floating], confirmed: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which confirmations (n, outputs) hold: nothing is decided now that was not decided then, `against` (n, outputs).

    A decision that the answer agrees with contests nothing. Scores may move by one bracket; tags stand one by one.
    """
    now = decided(evidence)
    moved = np.abs(np.nan_to_num(now, nan=-1.0) - np.nan_to_num(against, nan=-1.0))
    slack = NEAR + 1e-6 if evidence.kind is HeadKind.SCORE else EVEN
    contests = contested(evidence) & (moved > slack)
    if evidence.kind is not HeadKind.TAGS:
        contests = contests.any(axis=1, keepdims=True)
    return np.asarray(confirmed & ~contests)
