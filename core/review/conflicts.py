"""How strongly what is said out of fold contradicts the answer.

Ranked by self-confidence, the probability of the answer given: Northcutt, Jiang & Chuang, "Confident learning" (2021);
its order was measured above the margin and the filter of that paper (docs/learning.md).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.review.evidence import Evidence, contested
from core.values import HeadKind

_LEAST_SPREAD = 0.05
"""Half a bracket: nobody scores finer."""
_FAR = 2.0
"""Spreads: a score nearer than that contradicts nothing."""


def conflict(evidence: Evidence) -> NDArray[np.float32]:
    """(n,), higher = look first; NaN where nothing is said.

    Class and tags: 1 less the probability of the answer, of tags the least likely known one. Score: the distance from
    the expectation in spreads, of the members and of all answers together.
    """
    targets, said = evidence.targets, evidence.probabilities
    if evidence.kind is HeadKind.SCORE:
        return np.asarray(_distance(evidence)[:, 0])
    against = np.abs(said - targets)  # 1 less the probability of what was answered
    if evidence.kind is HeadKind.CLASS:
        against = np.where(targets == 1, against, np.nan)
    return np.asarray(np.fmax.reduce(against, axis=1, initial=np.nan), dtype=np.float32)


def conflicting(evidence: Evidence) -> NDArray[np.int64]:
    """Rows whose answer is contradicted, the strongest first."""
    strength = conflict(evidence)
    rows = np.flatnonzero(contested(evidence).any(axis=1))
    if evidence.kind is HeadKind.SCORE:
        rows = rows[strength[rows] >= _FAR]
    return rows[np.argsort(-strength[rows], kind="stable")]


def _distance(evidence: Evidence) -> NDArray[np.float32]:
    """(n, 1)"""
    apart = np.abs(evidence.targets - evidence.probabilities)
    known = apart[~np.isnan(apart)]
    usual = max(1.4826 * float(np.median(known)) if len(known) else 0.0, _LEAST_SPREAD)
    own = np.nan_to_num(np.std(evidence.members, axis=1)) if evidence.members.shape[1] else np.zeros_like(apart)
    return np.asarray(apart / np.sqrt(usual**2 + own**2), dtype=np.float32)
