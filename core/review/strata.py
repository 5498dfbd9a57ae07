"""What limits keep, from answers of which more were asked near the limits: precision, recall and F1 with intervals.

Every image has its turn in one random order, that of the audit set. Within any part of the pool that is told apart by
what the head says and not by answers, the images answered before the first open one are a random draw of that part.
So the pool is cut at the limits and beside them, each part is judged by its own draw, and each counts by its size
(Cochran, "Sampling techniques", 1977, chapter 5). Intervals of the parts are Wilson's, on a finite pool, joined by
Zou, Huang & Zhang, "A note on confidence interval estimation for a linear function of binomial proportions" (2009).
That is of the pool as heads keep it that saw none of its images. The version keeps those that it learned from
otherwise, and what is answered is known: so of that estimate what is answered is taken off, as those heads keep it, and
put in again, as the version does (Cochran's difference estimator, chapter 7). What is left is of the open images, and
lies between none and all of them.
Letters: n = images of the pool, in their turn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.review.audit import Estimate
from core.review.intervals import wilson
from core.review.limits import Limits
from core.review.tally import Tally, Whole

_CELLS, _LEAST = 40, 40
"""The pool by what is said: so many cells of equal size, each of so many images at the least."""
_FEW = 3
"""Answers below which a part is not told apart."""
_CROWDED = 0.5
"""Of the images of a part after its turns, answered: beyond that its draw is not counted as one of a finite pool."""
_STEPS = 50
"""Halvings of an interval."""


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Images that the head did not see, nor one of their group, in the order of their turns."""

    said: NDArray[np.float32]
    """(n,) what the limits go by"""
    wanted: NDArray[np.float32]
    """(n,) 1 yes, 0 no, NaN where no answer says"""
    passed: NDArray[np.bool_]
    """(n,) answered or skipped"""
    skipped: NDArray[np.bool_]
    """(n,) and not answered"""
    edges: NDArray[np.float32]
    """Where one cell ends and the next begins, rising"""
    whole: Whole | None = None
    """Every image that limits may keep, as the version itself keeps it; None: no other than these, and as said"""

    def __len__(self) -> int:
        return len(self.said)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of the pool that is judged by its own draw."""

    region: int
    """0 below the limits, 1 kept, 2 above them"""
    near: bool
    rows: NDArray[np.int64]
    """Of the pool, in their turn"""
    size: int
    yes: int
    answered: int
    skipped: int
    turn: int
    """How many of `rows` have had their turn"""
    crowded: bool
    """Most of the others are answered out of turn: the run of such ones that ends the turns is no draw"""

    @property
    def share(self) -> float | None:
        return self.yes / self.answered if self.answered else None

    def interval(self) -> tuple[float, float]:
        """Of the share wanted, whatever the skipped ones are. A part that is answered whole is known."""
        judged = self.answered + self.skipped
        if not judged:
            return 0.0, 1.0
        left = self.size - judged
        worth = judged * (self.size - 1) / left if left else math.inf
        worth = float(judged) if self.crowded else worth
        low, high = self.yes / judged, (self.yes + self.skipped) / judged
        if math.isinf(worth):
            return low, high
        return wilson(low * worth, worth)[0], wilson(high * worth, worth)[1]


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What the limits keep of the pool."""

    precision: Estimate
    recall: Estimate
    f1: Estimate
    parts: tuple[Part, ...]
    """As they were judged: no more of them than what was asked tells apart"""
    inside: Tally
    """Of what is kept"""
    outside: Tally
    unseen: Estimate
    """The precision for images that the version did not learn from, in this pool or another like it"""

    @property
    def n(self) -> int:
        """Answers that the open images are judged by."""
        return sum(part.answered for part in self.parts)

    @property
    def least_known(self) -> tuple[Part, ...]:
        """What is kept, or else what is not: the side that a recall is wide by. Empty where all is answered."""
        left = {True: self.inside.left, False: self.outside.left}
        sides = [tuple(part for part in self.parts if (part.region == 1) is kept) for kept in left if left[kept]]
        return max(filter(None, sides), key=_width, default=())


_NOTHING: Final = Estimate(None, 0.0, 1.0, 0)
"""Nothing is known of it."""


def cells(said: NDArray[np.float32]) -> NDArray[np.float32]:
    """By quantiles of what is said."""
    known = said[~np.isnan(said)]
    count = min(_CELLS, len(known) // _LEAST)
    if count < 2:
        return np.empty(0, np.float32)
    return np.unique(np.quantile(known, np.arange(1, count) / count).astype(np.float32))


def kept(pool: Pool, limits: Limits) -> Kept:
    parts = merged(divided(pool, limits), pool)
    sides = [part for part in parts if part.region == 1], [part for part in parts if part.region != 1]
    drawn = _total(sides[0]), _total(sides[1])
    inside, outside = (pool.whole or Whole(pool.said, pool.wanted)).tallies(limits)
    unseen = Whole(pool.said, pool.wanted).tallies(limits)
    right, missed = _of_pool(drawn[0], unseen[0], inside), _of_pool(drawn[1], unseen[1], outside)
    n, size = sum(part.answered for part in sides[0]), inside.images
    among, every = sum(part.yes for part in parts), sum(part.answered for part in parts)
    recall = _ratio(right, missed, lambda x: (1 - x, -x, 0.0), among)
    f1 = _ratio(right, missed, lambda x: (2 - x, -x, -x * size), every)
    if outside.left and not among:  # no answer in turn was a wanted one: only the interval says how many are missed
        recall, f1 = replace(recall, value=None), replace(f1, value=None)
    return Kept(
        precision=_precision(right, size, n),
        # Where nothing that is wanted was found, a share of it is not known to be anything.
        recall=recall if among or inside.yes or outside.yes else _NOTHING,
        f1=f1 if size and (every or inside.answered or outside.answered) else _NOTHING,
        parts=tuple(parts),
        inside=inside,
        outside=outside,
        unseen=_precision(_total([replace(part, crowded=True) for part in sides[0]]), unseen[0].images, n),
    )


def divided(pool: Pool, limits: Limits) -> list[Part]:
    """The finest parts: each side of each limit, near it and far from it; those without an image are left out."""
    region = limits.regions(pool.said).astype(np.int64)
    code = region * 3 + _nearness(pool.said, pool.edges, limits)
    return [_part(pool, np.flatnonzero(code == one), one // 3, near=one % 3 > 0) for one in np.unique(code).tolist()]


def merged(parts: Sequence[Part], pool: Pool) -> list[Part]:
    """Near and far parts of one region together, unless answers near the limit were asked beyond the others' turn.

    What is not kept is one part where a side of it has no answer.
    """
    found: list[Part] = []
    for region in range(3):
        here = [part for part in parts if part.region == region]
        if len(here) > 1:
            rows = np.sort(np.concatenate([part.rows for part in here]))
            whole = _part(pool, rows, region, near=False)
            apart = sum(part.answered for part in here) > whole.answered and min(p.answered for p in here) >= _FEW
            here = here if apart else [whole]
        found += here
    outside = [part for part in found if part.region != 1]
    if len(outside) > 1 and not all(part.answered for part in outside):
        rows = np.sort(np.concatenate([part.rows for part in outside]))
        found = [part for part in found if part.region == 1] + [_part(pool, rows, outside[0].region, near=False)]
    return found


def near_limit(pool: Pool, limits: Limits, rows: Sequence[int]) -> list[bool]:
    """Of a few rows of the pool, whether each lies in a part near a limit."""
    said = pool.said[np.asarray(rows, np.int64)]
    return [code > 0 for code in _nearness(said, pool.edges, limits).tolist()]


def _nearness(said: NDArray[np.float32], cell_edges: NDArray[np.float32], limits: Limits) -> NDArray[np.int64]:
    """(k,) 1 within a cell of the lower limit, 2 of the upper one, else 0."""
    found = np.zeros(len(said), np.int64)
    edges = np.concatenate([[-np.inf], cell_edges, [np.inf]])
    for code, limit in ((2, limits.high), (1, limits.low)):
        if limit is not None:
            cell = int(np.searchsorted(cell_edges, limit, side="right"))
            low, high = edges[max(0, cell - 1)], edges[min(len(edges) - 1, cell + 2)]
            found[(said >= low) & (said < high)] = code
    return found


def _part(pool: Pool, rows: NDArray[np.int64], region: int, *, near: bool) -> Part:
    passed = pool.passed[rows]
    turn = len(rows) if passed.all() else int(np.argmin(passed))
    answers = pool.wanted[rows[:turn]]
    known = ~np.isnan(answers)
    yes, answered = int((answers == 1).sum()), int(known.sum())
    skipped = int(pool.skipped[rows[:turn]].sum())
    crowded = _crowded(passed) or _crowded(pool.passed)
    return Part(region, near, rows, len(rows), yes, answered, skipped, turn, crowded)


def _crowded(passed: NDArray[np.bool_]) -> bool:
    """Most images after the first open one are answered; `passed` (k,) are in turn."""
    if passed.all():
        return False
    after = passed[int(np.argmin(passed)) :]
    return int(np.count_nonzero(after)) > _CROWDED * len(after)


@dataclass(frozen=True, slots=True)
class _Sum:
    """How many of some parts are wanted, with its interval."""

    value: float | None
    low: float
    high: float
    size: int


def _total(parts: Sequence[Part]) -> _Sum:
    """Nothing is known of the sum where a part of it has no answer."""
    sizes = [part.size for part in parts]
    ends = [part.interval() for part in parts]
    shares = [part.share for part in parts]
    # A part of which nothing is known stands in the middle: its interval is all that counts.
    middles = [0.5 if share is None else share for share in shares]
    value = math.fsum(size * middle for size, middle in zip(sizes, middles, strict=True))
    # The middle lies outside the interval of its own part where images were skipped, never by more than these.
    below = [size * max(0.0, middle - low) for size, middle, (low, _) in zip(sizes, middles, ends, strict=True)]
    above = [size * max(0.0, high - middle) for size, middle, (_, high) in zip(sizes, middles, ends, strict=True)]
    low, high = max(0.0, value - math.hypot(*below)), min(float(sum(sizes)), value + math.hypot(*above))
    known = all(share is not None for share in shares)
    return _Sum(value if known else None, low, high, sum(sizes))


def _width(parts: Sequence[Part]) -> float:
    """Of the interval, by how many are wanted."""
    total = _total(parts)
    return (total.high - total.low) / total.value if total.value else math.inf


def _of_pool(drawn: _Sum, unseen: Tally, whole: Tally) -> _Sum:
    """How many of one side of the limits are wanted, of the pool that is told by `whole`.

    `drawn` is the estimate of those that `unseen` tells of: the same side as heads see it that saw no image.
    """
    if not whole.left:
        return _Sum(float(whole.yes), whole.yes, whole.yes, whole.images)
    if not unseen.left:  # all that is open here is a copy of something that was learned
        share = None if drawn.value is None or not drawn.size else drawn.value / drawn.size
        value = None if share is None else whole.yes + share * whole.left
        return _Sum(value, whole.yes, whole.yes + whole.left, whole.images)
    scale = whole.left / unseen.left

    def with_known(number: float) -> float:
        return whole.yes + scale * min(max(number - unseen.yes, 0.0), unseen.left)

    value = None if drawn.value is None else with_known(drawn.value)
    return _Sum(value, with_known(drawn.low), with_known(drawn.high), whole.images)


def _precision(right: _Sum, size: int, n: int) -> Estimate:
    if not size:
        return _NOTHING
    value = None if right.value is None else right.value / size
    return Estimate(value, right.low / size, right.high / size, n)


def _ratio(right: _Sum, missed: _Sum, weights: Callable[[float], tuple[float, float, float]], n: int) -> Estimate:
    """The figure x for which a * right + b * missed + c is 0, `weights` giving (a, b, c) for x; a falls, so do b and c.

    The two sums are of different images. Its ends are where the interval of the left side, as that of a sum, ends in 0.
    Errors of two estimates seldom fall together; a sum that nothing is known of may lie at its very end.
    """
    middle_right = right.value if right.value is not None else (right.low + right.high) / 2
    middle_missed = missed.value if missed.value is not None else (missed.low + missed.high) / 2
    estimated = right.value is not None and missed.value is not None

    def side(x: float, ends: tuple[float, float], sign: int) -> float:
        a, b, c = weights(x)
        value = a * middle_right + b * middle_missed + c
        reach = abs(a * (ends[0] - middle_right)), abs(b * (ends[1] - middle_missed))
        return value + sign * (math.hypot(*reach) if estimated else sum(reach))

    low = _where_zero(lambda x: side(x, (right.low, missed.high), -1))
    high = _where_zero(lambda x: side(x, (right.high, missed.low), 1))
    known = estimated and middle_right + middle_missed > 0
    return Estimate(_where_zero(lambda x: side(x, (right.low, missed.low), 0)) if known else None, low, high, n)


def _where_zero(falling: Callable[[float], float]) -> float:
    """Between 0 and 1."""
    low, high = 0.0, 1.0
    if falling(high) >= 0:
        return 1.0
    if falling(low) <= 0:
        return 0.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2
