"""Queues: the whole pool in the order of a query strategy, without what is annotated or excluded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.query.audit_draw import AUDIT_SHARE, audit_mask, in_order_of_draw, mix_in_audit
from core.query.batches import descending
from core.query.family import FAMILY
from core.query.random_share import random_slots
from core.query.situation import Situation
from core.query.strategy import Gather
from core.values import Strategy


def build_queue(
    strategy: Strategy,
    situation: Situation,
    *,
    gather: Gather | None = None,
    audit_share: float = AUDIT_SHARE,
    overlap: NDArray[np.floating] | None = None,
) -> NDArray[np.int64]:
    """Positions of all open images, first to be shown first.

    `gather`: where the points of the pool are not at hand. OVERLAP goes by `overlap` (images,), core.query.overlap, and
    by chance without; BEST and WORST by the target, or without one by the score or the surest label.
    In orders of the family images of the audit set come at places of their own, in the order in which they were drawn;
    BEST, WORST and OVERLAP are to look at, and leave no image out of its place.
    """
    rows = situation.open_rows
    match strategy:
        case Strategy.BEST:
            return descending(rows, situation.wanted()[rows])
        case Strategy.WORST:
            return descending(rows, -situation.wanted()[rows])
        case Strategy.OVERLAP:
            return descending(rows, (situation.chance() if overlap is None else overlap)[rows])
        case _:
            queue = FAMILY[strategy].order(situation, gather)
    return with_random_share(queue, situation, audit_share)


def with_random_share(queue: NDArray[np.int64], situation: Situation, share: float = AUDIT_SHARE) -> NDArray[np.int64]:
    """`queue` with the images of the audit set at places of their own."""
    audit = _Audit.of(situation.open_rows, situation.size, situation.keys, share)
    return audit.mixed_into(queue, start=int(situation.annotated.sum()))


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
