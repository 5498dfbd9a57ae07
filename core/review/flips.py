"""Images whose decided answer changed between two versions, and whether annotations call that better or worse.

Of a class head the decided answer is the likeliest label; of a tags head each tag is a yes or a no, and one that turned
is enough. Of a score head it is the nearest bracket, and the score must have moved by half a bracket too: a step over
the border by a hair is no flip.

Letters: n = images, outputs = labels that both versions know, or 1 for a score. What is not said is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from core.values import BRACKETS, HeadKind, in_bracket

HALF_STEP = 0.5
"""In brackets: the least that a score moves to flip, and comes nearer to its annotation to count as fixed."""
_SLACK = 1e-3
"""Scores are kept as float16."""
_ROWS = 1 << 16
"""Rows worked on at a time: a million images and many labels fit beside everything else."""


class Verdict(IntEnum):
    """What an annotation says of a flip."""

    UNANNOTATED = 0
    FIXED = 1
    """Wrong before, right now. Of a score: half a bracket nearer. Of tags: at least one turned right and none wrong."""
    BROKEN = 2
    """Right before, wrong now; the opposite of the above. A tag that turned wrong breaks an image whatever else did."""
    NEITHER = 3
    """Annotated, and as far off as before."""


@dataclass(frozen=True, slots=True, eq=False)
class Flips:
    """Row i speaks of image i, whether it flipped or not."""

    flipped: NDArray[np.bool_]
    """(n,)"""
    verdict: NDArray[np.int8]
    """(n,): Verdict where it flipped, else 0"""
    moved: NDArray[np.float32]
    """(n,) from 0 to 1: probability that went to other labels, the share of the scale, or the tag that moved most."""


def decided_bin(probabilities: NDArray[np.floating], kind: HeadKind) -> NDArray[np.int16]:  # (n, outputs) -> (n, k)
    """Label of a class head, bracket of a score head (k = 1), 1 yes or 0 no of each tag; -1 where nothing is said."""
    values = probabilities.astype(np.float32)
    match kind:
        case HeadKind.CLASS:
            known = np.where(np.isnan(values), 0.0, values)
            return np.where(known.max(axis=1) > 0, known.argmax(axis=1), -1).astype(np.int16)[:, None]
        case HeadKind.SCORE:
            unknown = np.isnan(values)
            brackets = in_bracket(np.where(unknown, 0.0, values) * BRACKETS)
            return np.where(unknown, -1, brackets).astype(np.int16)
        case HeadKind.TAGS:
            return np.where(np.isnan(values), -1, values > 0.5).astype(np.int16)


def find_flips(
    kind: HeadKind,
    before: NDArray[np.floating],
    after: NDArray[np.floating],
    annotated: NDArray[np.floating],
) -> Flips:
    """All (n, outputs); `annotated` as in core.values.Annotated, all NaN where there is no answer to judge by."""
    parts = [
        _flips(kind, before[start : start + _ROWS], after[start : start + _ROWS], annotated[start : start + _ROWS])
        for start in range(0, max(1, len(before)), _ROWS)
    ]
    return Flips(
        np.concatenate([part.flipped for part in parts]),
        np.concatenate([part.verdict for part in parts]),
        np.concatenate([part.moved for part in parts]),
    )


def histogram(kind: HeadKind, probabilities: NDArray[np.floating]) -> NDArray[np.int64]:
    """Images decided for each label, in each bracket 0 to 10, or with a yes for each tag. (labels or 11,)"""
    bins = BRACKETS + 1 if kind is HeadKind.SCORE else probabilities.shape[1]
    counts = np.zeros(bins, np.int64)
    for start in range(0, len(probabilities), _ROWS):
        decided = decided_bin(probabilities[start : start + _ROWS], kind)
        if kind is HeadKind.TAGS:
            counts += np.count_nonzero(decided == 1, axis=0)
        else:
            counts += np.bincount(decided[decided >= 0].clip(0, bins - 1), minlength=bins)
    return counts


def _flips(
    kind: HeadKind,
    before: NDArray[np.floating],
    after: NDArray[np.floating],
    annotated: NDArray[np.floating],
) -> Flips:
    old, new = before.astype(np.float32), after.astype(np.float32)
    was, now = decided_bin(old, kind), decided_bin(new, kind)
    turned = (was != now) & (was >= 0) & (now >= 0)  # (n, k)
    moved = np.nan_to_num(np.abs(new - old))
    if kind is HeadKind.SCORE:
        turned &= moved * BRACKETS >= HALF_STEP - _SLACK
    flipped = turned.any(axis=1)
    better, worse = _judge(kind, old, new, was, now, turned, annotated)
    verdict = np.where(worse, Verdict.BROKEN, np.where(better, Verdict.FIXED, Verdict.NEITHER))
    verdict = np.where(flipped & ~np.isnan(annotated).all(axis=1), verdict, Verdict.UNANNOTATED)
    far = moved.sum(axis=1) / 2 if kind is HeadKind.CLASS else moved.max(axis=1, initial=0.0)
    return Flips(flipped, verdict.astype(np.int8), far.astype(np.float32))


def _judge(
    kind: HeadKind,
    old: NDArray[np.float32],
    new: NDArray[np.float32],
    was: NDArray[np.int16],
    now: NDArray[np.int16],
    turned: NDArray[np.bool_],
    annotated: NDArray[np.floating],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which answers came right, and which went wrong. (n,) each; undefined where nothing is annotated."""
    match kind:
        case HeadKind.CLASS:
            right = np.nan_to_num(annotated).argmax(axis=1)
            return now[:, 0] == right, was[:, 0] == right
        case HeadKind.SCORE:
            given = np.nan_to_num(annotated)
            nearer = ((np.abs(old - given) - np.abs(new - given)) * BRACKETS)[:, 0]
            return nearer >= HALF_STEP - _SLACK, nearer <= _SLACK - HALF_STEP
        case HeadKind.TAGS:
            judged = turned & ~np.isnan(annotated)
            right = now == (annotated > 0.5)
            return (judged & right).any(axis=1), (judged & ~right).any(axis=1)
