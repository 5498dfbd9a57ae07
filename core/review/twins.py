"""Pictures that show the same and were answered differently: near-duplicates, and copies beside their source.

Letters: n = annotated images, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.review.evidence import EVEN, NEAR, Evidence, decided
from core.values import HeadKind


def answered_differently(
    targets: NDArray[np.floating], groups: NDArray[np.int64], kind: HeadKind
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows whose group holds another answer, and for each a row with that answer; members of a group side by side.

    `targets` (n, outputs), `groups` (n,). Groups whose answers are furthest apart come first.
    """
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=groups[order][:1] - 1)) if len(order) else order
    found: list[tuple[float, int, list[tuple[int, int]]]] = []
    for group in np.split(order, starts[1:]):
        if len(group) > 1:
            pairs, apart = _pairs(targets, group, kind)
            if pairs:
                found.append((-apart, int(group[0]), pairs))
    rows = [pair for _, _, pairs in sorted(found) for pair in pairs]
    table = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _pairs(
    targets: NDArray[np.floating], group: NDArray[np.int64], kind: HeadKind
) -> tuple[list[tuple[int, int]], float]:
    """(row, row with the answer furthest from it) for each row that has one, and the largest distance."""
    _, first, which = np.unique(targets[group], axis=0, return_index=True, return_inverse=True)
    stands_for = group[first]  # one row for each different answer
    apart = _apart(targets[stands_for][:, None], targets[stands_for][None], kind)  # (answers, answers)
    other = apart.argmax(axis=1)[which.ravel()]
    differs = apart.max(axis=1)[which.ravel()] > 0
    pairs = [(int(row), int(stands_for[one])) for row, one, on in zip(group, other, differs, strict=True) if on]
    return pairs, float(apart.max(initial=0.0))


def told_apart_otherwise(
    evidence: Evidence, copies: NDArray[np.int64], sources: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Copies whose answer differs from their source's where what is said does not, or the other way round.

    `copies` and `sources` (pairs,) are rows. Returns the copies and their sources, those surest to differ first.
    """
    said = np.where(np.isnan(evidence.targets), np.nan, decided(evidence))
    known = evidence.judged()[copies] & evidence.judged()[sources]
    by_answer = _apart(evidence.targets[copies], evidence.targets[sources], evidence.kind)
    by_head = _apart(said[copies], said[sources], evidence.kind)
    odd = np.flatnonzero(known & ((by_answer > 0) != (by_head > 0)))
    values = evidence.probabilities
    between = np.nansum(np.abs(values[copies[odd]] - values[sources[odd]]), axis=1)
    surest = np.where(by_head[odd] > 0, -between, between)  # told apart clearly, or not at all
    chosen = odd[np.argsort(surest, kind="stable")]
    return copies[chosen], sources[chosen]


def _apart(first: NDArray[np.floating], second: NDArray[np.floating], kind: HeadKind) -> NDArray[np.float32]:
    """How far two answers (..., outputs) lie apart, 0 where they say the same; what only one of them knows is left."""
    both = ~np.isnan(first) & ~np.isnan(second)
    distance = np.where(both, np.abs(np.nan_to_num(first) - np.nan_to_num(second)), 0.0)
    slack = NEAR + 1e-6 if kind is HeadKind.SCORE else EVEN
    return np.asarray(np.where(distance > slack, distance, 0.0).max(axis=-1, initial=0.0), dtype=np.float32)
