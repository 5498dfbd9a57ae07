"""Which labels or brackets starve: of which there are few answers, and which the head misses more than the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.review.evidence import EVEN, likeliest
from core.review.intervals import mean_interval, wilson
from core.values import BRACKETS, HeadKind, in_bracket

_FEW = 10
"""Answers of a label below which it is called few, whatever the others have."""
_SHARE = 0.25
"""So much less than an even share is few as well."""
_TELLING = 5
"""Audit images of a label below which its misses say too little to be called frequent."""


@dataclass(frozen=True, slots=True)
class Portion:
    """One label, tag or bracket."""

    name: str
    answers: int
    """Of it, whoever asked"""
    found: float | None
    """Of the audit images that are it, the share that the head says so of; of a bracket the mean miss. None: no such
    image."""
    low: float
    high: float
    n: int
    few: bool
    missed: bool
    """Worse than the head on all audit images, even at the good end of its interval, and of enough images to tell"""
    told: bool = True
    """Not of a tag that was answered and that no answer says no to: of it nothing can be told"""


def portions(
    kind: HeadKind,
    names: Sequence[str],
    targets: NDArray[np.float32],
    audited: NDArray[np.float32],
    said: NDArray[np.float32],
) -> tuple[Portion, ...]:
    """`targets` (m, outputs) are all answers, `audited` (n, outputs) those that chance drew and `said` of these.

    Of a score head the brackets count to which an answer was rounded, those without one left out at both ends.
    """
    if kind is HeadKind.SCORE:
        return _brackets(targets[:, 0], audited[:, 0], said[:, 0])
    yes = targets > EVEN
    counts = yes.sum(axis=0)
    even = counts.sum() / max(1, len(names))
    hits = _hits(kind, audited, said)
    known = ~np.isnan(audited).all(axis=1)
    right = float(hits[known].any(axis=1).mean()) if kind is HeadKind.CLASS and known.any() else None
    found = []
    for place, name in enumerate(names):
        wanted = (audited[:, place] > EVEN) & ~np.isnan(said[:, place])
        n, k = int(wanted.sum()), int((hits[:, place] & wanted).sum())
        low, high = wilson(k, n)
        missed = n >= _TELLING and high < (EVEN if right is None else right)
        few = counts[place] < max(_FEW, _SHARE * even)
        told = kind is HeadKind.CLASS or not counts[place] or bool((targets[:, place] <= EVEN).any())
        share = k / n if n else None
        found.append(Portion(name, int(counts[place]), share, low, high, n, bool(few), missed, told))
    return tuple(found)


def _hits(kind: HeadKind, audited: NDArray[np.float32], said: NDArray[np.float32]) -> NDArray[np.bool_]:
    if kind is HeadKind.CLASS:
        return np.asarray((audited > EVEN) & (np.arange(said.shape[1]) == likeliest(said)[:, None]))
    return np.asarray((audited > EVEN) & (said > EVEN))


def _brackets(
    targets: NDArray[np.float32], audited: NDArray[np.float32], said: NDArray[np.float32]
) -> tuple[Portion, ...]:
    answers = in_bracket(targets[~np.isnan(targets)] * BRACKETS).astype(np.int64)
    counts = np.bincount(answers, minlength=BRACKETS + 1)
    used = np.flatnonzero(counts)
    if not len(used):
        return ()
    first, last = int(used[0]), int(used[-1])
    even = counts.sum() / (last - first + 1)
    misses = np.abs(said.astype(np.float64) - audited) * BRACKETS
    usual = float(np.nanmean(misses)) if np.isfinite(misses).any() else None
    found = []
    for bracket in range(first, last + 1):
        own = misses[(in_bracket(audited * BRACKETS) == bracket) & np.isfinite(misses)]
        low, high = mean_interval(own)
        value = float(own.mean()) if len(own) else None
        few = counts[bracket] < max(_FEW / 2, _SHARE * even)
        missed = usual is not None and len(own) >= _TELLING and low > usual
        high = min(high, float(BRACKETS))
        found.append(Portion(str(bracket), int(counts[bracket]), value, low, high, len(own), bool(few), missed))
    return tuple(found)
