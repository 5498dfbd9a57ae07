"""Queues: the whole pool in the order of a query strategy, without what is annotated or excluded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from core.query.audit_draw import AUDIT_SHARE, audit_mask, in_order_of_draw, mix_in_audit
from core.query.coverage import POWER, utility_weighted_coverage
from core.query.random_share import random_keys, random_slots
from core.query.utilities import entropy, margin
from core.values import HeadKind, Strategy

COLD_START = 10
"""So many images are asked by cold start before disagreement has something to go by."""
HEAD_LENGTH = 32
"""Images at the head of a disagreement queue that are chosen together, for diversity."""


def power_of(kind: HeadKind) -> float:
    """How much doubt counts against coverage. For scores not at all: equal utilities were never beaten there."""
    return 0.0 if kind is HeadKind.SCORE else POWER


def build_queue(
    strategy: Strategy,
    *,
    kind: HeadKind,
    probabilities: NDArray[np.floating],
    members: NDArray[np.floating],
    utility: NDArray[np.floating],
    order: NDArray[np.int64],
    annotated_mask: NDArray[np.bool_],
    excluded_mask: NDArray[np.bool_],
    audit_share: float = AUDIT_SHARE,
    seed: int = 0,
    label: int | None = None,
    embeddings: NDArray[np.floating] | None = None,
    keys: NDArray[np.uint64] | None = None,
    overlap: NDArray[np.floating] | None = None,
) -> NDArray[np.int64]:
    """Positions of all open images, first to be shown first; the arrays are those of core.arrays.predictions.

    `members` (images, members, outputs); `label` is the output that BEST and WORST go by (None: score, or the surest
    label); DIVERSE needs `embeddings` (images, dim); `keys` (images,) tie chance to image content;
    OVERLAP goes by `overlap` (images,), core.query.overlap, and by chance without.
    In orders that ask for what an answer teaches, and in RANDOM, images of the audit set come at places of their own,
    in the order in which they were drawn; BEST, WORST and OVERLAP are to look at, and leave no image out of its place.
    """
    open_rows = np.flatnonzero(~annotated_mask & ~excluded_mask)
    chance = random_keys(len(annotated_mask), seed, keys)
    by_chance = open_rows[np.argsort(chance[open_rows], kind="stable")]
    audit = _Audit.of(open_rows, len(annotated_mask), keys, audit_share)
    votes = members[open_rows].transpose(1, 0, 2) if strategy in (Strategy.MARGIN, Strategy.ENTROPY) else members[:0]
    match strategy:
        case Strategy.RANDOM:
            queue = by_chance
        case Strategy.BEST | Strategy.WORST:
            judged = _judged(probabilities[open_rows], kind, label)
            return _descending(open_rows, judged if strategy is Strategy.BEST else -judged)
        case Strategy.OVERLAP:
            return by_chance if overlap is None else _descending(open_rows, overlap[open_rows])
        case Strategy.DISAGREEMENT:
            queue = _head_then_utility(order, utility, open_rows)
        case Strategy.MARGIN:
            queue = _descending(open_rows, margin(votes, kind))
        case Strategy.ENTROPY:
            queue = _descending(open_rows, entropy(votes, kind))
        case Strategy.DIVERSE:
            queue = _diverse(embeddings, annotated_mask, excluded_mask, by_chance, seed)
        case _:
            assert_never(strategy)
    return audit.mixed_into(queue, start=int(annotated_mask.sum()))


@dataclass(frozen=True, slots=True, eq=False)
class _Audit:
    """The open images of the audit set."""

    rows: NDArray[np.int64]
    """In the order of the draw"""
    member: NDArray[np.bool_]
    """(images,)"""
    share: float

    @classmethod
    def of(cls, open_rows: NDArray[np.int64], count: int, keys: NDArray[np.uint64] | None, share: float) -> _Audit:
        content = np.arange(count, dtype=np.uint64) if keys is None else keys
        member = audit_mask(content, share)
        rows = open_rows[member[open_rows]]
        return cls(rows[in_order_of_draw(content[rows])], member, share)

    def mixed_into(self, queue: NDArray[np.int64], *, start: int) -> NDArray[np.int64]:
        """`start` images are annotated so far: the t-th image ever shown is drawn by chance for a fixed set of t."""
        places = random_slots(start, len(queue), self.share)
        return mix_in_audit(queue[~self.member[queue]], self.rows, places)


def disagreement_order(
    points: NDArray[np.floating],
    utility: NDArray[np.floating],
    annotated_mask: NDArray[np.bool_],
    excluded_mask: NDArray[np.bool_],
    *,
    count: int = HEAD_LENGTH,
    power: float = POWER,
    seed: int = 0,
) -> NDArray[np.int64]:
    """The diverse head of the default queue (at most `count`,): cold start first, then utility-weighted coverage.

    `points` (images, d): embeddings, or better their principal components.
    """
    annotated = int((annotated_mask & ~excluded_mask).sum())
    if annotated >= COLD_START:
        return utility_weighted_coverage(
            points, utility, annotated_mask, count, power=power, seed=seed, excluded_mask=excluded_mask
        )
    equal = np.ones(len(points), dtype=np.float32)
    first = utility_weighted_coverage(
        points, equal, annotated_mask, COLD_START - annotated, seed=seed, excluded_mask=excluded_mask
    )
    taken = annotated_mask.copy()
    taken[first] = True
    then = utility_weighted_coverage(
        points, utility, taken, count - len(first), power=power, seed=seed, excluded_mask=excluded_mask
    )
    return np.concatenate([first, then])


def _head_then_utility(
    order: NDArray[np.int64], utility: NDArray[np.floating], open_rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    is_open = np.zeros(len(utility), dtype=np.bool_)
    is_open[open_rows] = True
    head = order[is_open[order]]
    is_open[head] = False
    rest = np.flatnonzero(is_open)
    return np.concatenate([head, _descending(rest, utility[rest])])


def _descending(rows: NDArray[np.int64], values: NDArray[np.floating]) -> NDArray[np.int64]:
    """Rows by value, largest first; ties by position; values that are not numbers last."""
    return rows[np.argsort(-np.nan_to_num(np.asarray(values, dtype=np.float32), nan=-np.inf), kind="stable")]


def _judged(probabilities: NDArray[np.floating], kind: HeadKind, label: int | None) -> NDArray[np.float32]:
    values = np.asarray(probabilities, dtype=np.float32)  # (open, outputs)
    if kind is HeadKind.SCORE:
        return values[:, 0]
    return values[:, label] if label is not None else np.fmax.reduce(values, axis=1, initial=0.0)


def _diverse(
    embeddings: NDArray[np.floating] | None,
    annotated_mask: NDArray[np.bool_],
    excluded_mask: NDArray[np.bool_],
    by_chance: NDArray[np.int64],
    seed: int,
) -> NDArray[np.int64]:
    """Coverage with equal utilities, then the rest by chance."""
    if embeddings is None:
        raise ValueError("the diverse order needs embeddings")
    equal = np.ones(len(embeddings), dtype=np.float32)
    head = utility_weighted_coverage(
        embeddings, equal, annotated_mask, HEAD_LENGTH, seed=seed, excluded_mask=excluded_mask
    )
    return np.concatenate([head, by_chance[~np.isin(by_chance, head)]])
