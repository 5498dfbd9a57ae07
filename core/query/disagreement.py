"""The default queue: images whose answers settle most of what the committee is unsure of.

Letters: n = images, d = values of a point.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.query.coverage import drawn_with_chances, nearest_to_weight, points_of, utility_weights
from core.query.situation import HEAD_LENGTH
from core.query.variance import most_settling
from core.values import HeadKind

POWER = 1.0
"""Utilities enter to this power (docs/learning.md)."""
FLOOR = 0.01
"""The least weight of an image, in units of the largest: a pool without doubt is still covered."""
CANDIDATE_LIMIT = 1024
"""A larger pool is judged by a draw of this many images, by utility."""
ANSWERED_LIMIT = 400
"""Of more annotated images those take part that are nearest to what is unsure."""
COLD_START = 10
"""Before so many answers doubt does not count."""


def power_of(kind: HeadKind, power: float = POWER) -> float:
    """How much doubt counts. For scores not at all: equal utilities were never beaten there."""
    return 0.0 if kind is HeadKind.SCORE else power


def disagreement_order(
    points: NDArray[np.floating],
    utility: NDArray[np.floating],
    annotated_mask: NDArray[np.bool_],
    excluded_mask: NDArray[np.bool_],
    *,
    count: int = HEAD_LENGTH,
    power: float = POWER,
    chances: NDArray[np.floating] | None = None,
    seed: int = 0,
) -> NDArray[np.int64]:
    """The head of the default queue (at most `count`,), best first: chosen together, so that no two settle the same.

    `points` (n, d): embeddings, or better their principal components. Excluded images are neither asked nor is
    anything asked because of them; annotated ones are never asked. `chances` (n,): by which open images were drawn
    from a larger pool, where they were.
    """
    rows = np.flatnonzero(~annotated_mask & ~excluded_mask)
    count = min(count, len(rows))
    if count <= 0:
        return np.empty(0, dtype=np.int64)
    taken = np.flatnonzero(annotated_mask & ~excluded_mask)
    matters = utility_weights(utility, 0.0 if len(taken) < COLD_START else power, floor=FLOOR)
    if chances is not None:
        matters = _standing_for(matters, chances)
    rows, weights = _drawn(rows, matters[rows], max(CANDIDATE_LIMIT, count), np.random.default_rng(seed))
    known = points_of(points, np.concatenate([rows, taken]), seed)
    here, answered = known[: len(rows)], known[len(rows) :]
    answered = answered[nearest_to_weight(here, weights, answered, ANSWERED_LIMIT)]
    return rows[most_settling(here, weights, count, answered=answered)]


def _drawn(
    rows: NDArray[np.int64], weights: NDArray[np.float32], limit: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """All of `rows` (n,), or a draw by `weights` (n,), and how much of the pool each of them then stands for.

    Horvitz & Thompson, "A generalization of sampling without replacement from a finite universe" (1952): its weight by
    the chance that it had to be drawn.
    """
    if len(rows) <= limit:
        return rows, weights
    places, chances = drawn_with_chances(weights, rng, limit=limit)
    return rows[places], _standing_for(weights[places], chances)


def _standing_for(weights: NDArray[np.float32], chances: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.asarray(weights / chances, dtype=np.float32)
