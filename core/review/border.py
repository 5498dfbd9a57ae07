"""Which images to ask next, so that each answer narrows what is known of the limits the most.

In each part of the pool images are asked in turn, so that the answers stay a random draw; which part comes next is
decided by how much one more answer from it would take off the variance of precision and recall (Neyman, "On the two
different aspects of the representative method", 1934). At least half of those that wait lie near a limit.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.review.limits import Limits
from core.review.strata import Part, Pool, divided

_UNASKED = 0.5
"""Answers that a part without any counts as."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An image to be asked: its row in the pool, and where it lies."""

    row: int
    region: int
    near: bool


def next_asked(pool: Pool, limits: Limits, count: int, *, without: frozenset[int] = frozenset()) -> list[Asked]:
    """`without`: rows that are being asked already."""
    parts = divided(pool, limits)
    weights, asked = _weights(parts), [part.answered for part in parts]
    waiting: list[list[int]] = []
    border = far = 0
    for place, part in enumerate(parts):
        rows = part.rows[part.turn :]
        opened = rows[~pool.passed[rows]][: count + len(without)].tolist()
        waiting.append([row for row in opened if row not in without])
        taken = len(opened) - len(waiting[place])
        asked[place] += taken
        border, far = border + taken * part.near, far + taken * (not part.near)
    chosen: list[Asked] = []
    while len(chosen) < count and any(waiting):
        able = [place for place, rows in enumerate(waiting) if rows]
        near = [place for place in able if parts[place].near]
        among = near if near and border <= far else able
        best = max(among, key=lambda place: weights[place] * _gain(parts[place], asked[place]))
        chosen.append(Asked(waiting[best].pop(0), parts[best].region, parts[best].near))
        asked[best] += 1
        border, far = border + parts[best].near, far + (not parts[best].near)
    return chosen


def _weights(parts: list[Part]) -> list[float]:
    """How much the variance of a part's share adds to those of precision and recall."""
    right = sum(part.size * _likely(part) for part in parts if part.region == 1)
    missed = sum(part.size * _likely(part) for part in parts if part.region != 1)
    size, wanted = max(1, sum(part.size for part in parts if part.region == 1)), max(1.0, right + missed)
    inside = 1 / size**2 + (missed / wanted**2) ** 2
    outside = (right / wanted**2) ** 2
    return [inside if part.region == 1 else outside for part in parts]


def _likely(part: Part) -> float:
    """Its share wanted, drawn to the middle while little is known: Laplace's rule."""
    return (part.yes + 1) / (part.answered + 2)


def _gain(part: Part, asked: int) -> float:
    share = _likely(part)
    before, after = max(_UNASKED, asked), asked + 1
    return part.size**2 * share * (1 - share) * (1 / before - 1 / after)
