"""What every query strategy is: a name, its paper, what it needs, and a pure function of a `Situation`.

A strategy has a number for each image, and mostly a head that is chosen together on a draw of the pool that is bounded,
so that even what is quadratic costs the same for a thousand images and for a million. The rest follows by the number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.query.batches import descending, mixed
from core.query.clustering import Points
from core.query.coverage import drawn_by_weight, drawn_with_chances, utility_weights
from core.query.disagreement import FLOOR
from core.query.situation import Situation
from core.values import HeadKind, Strategy

DRAWN = 2048
"""Open images among which a head is chosen, and annotated ones that take part, at most."""

Gather = Callable[[NDArray[np.int64]], Points]
"""Points (k, d) of some rows (k,), for a pool whose points are not at hand."""
EVERY_KIND = frozenset(HeadKind)


class Need(StrEnum):
    """Without which a strategy has nothing to go by."""

    PREDICTIONS = "predictions"
    EMBEDDINGS = "embeddings"
    TARGET = "label"
    """A label, a tag, or the lowest bracket that counts"""


class Draw(StrEnum):
    """Which open images of a large pool take part."""

    HIGHEST = "highest"
    WEIGHTED = "weighted"
    EVEN = "even"


class Standing(StrEnum):
    """What was measured (docs/learning.md)."""

    DEFAULT = "default"
    TEACHES = "teaches"
    HUNTS = "hunts"
    FAIR = "fair"
    TO_LOOK_AT = "to look at"
    """Worse than random order on hard sets: to look at the pool by, not to learn from"""


@dataclass(frozen=True, slots=True)
class Successor:
    """What follows a strategy that comes to its end; the strategy keeps a share of the places, by its number."""

    strategy: QueryStrategy
    begins: Callable[[Situation], bool]
    kept_share: float


@dataclass(frozen=True, slots=True)
class QueryStrategy:
    name: Strategy
    line: str
    """What it asks for, in one line."""
    paper: str
    values: Callable[[Situation], NDArray[np.float32]]
    """(n,) the number that it goes by, higher first; values that are not numbers last"""
    needs: frozenset[Need]
    standing: Standing
    head: Callable[[Situation], NDArray[np.int64]] | None = None
    """Images that are chosen together, at most `count` or so; None: the order of the number throughout"""
    draw: Draw = Draw.EVEN
    kinds: frozenset[HeadKind] = EVERY_KIND
    cost: str = "linear"
    """How its head's work grows with the drawn images m and the asked ones k"""
    successor: Successor | None = None

    def order(self, situation: Situation, gather: Gather | None = None) -> NDArray[np.int64]:
        """Positions of every open image. The points of the situation are used, or those that `gather` gives."""
        values = self.values(situation)
        rows = situation.open_rows
        head = self._head(situation, values, gather)
        waiting = np.zeros(situation.size, np.bool_)
        waiting[rows] = True
        waiting[head] = False
        rest = np.flatnonzero(waiting)
        return np.concatenate([head, descending(rest, values[rest])])

    def _head(self, situation: Situation, values: NDArray[np.float32], gather: Gather | None) -> NDArray[np.int64]:
        if self.name is Strategy.DISAGREEMENT and situation.prepared is not None:
            ready = situation.prepared
            return ready[~(situation.annotated | situation.closed)[ready]]
        if self.successor is not None and self.successor.begins(situation):
            return self._succeeded(self.successor, situation, values, gather)
        if self.head is None or not len(situation.open_rows):
            return np.empty(0, dtype=np.int64)
        if Need.EMBEDDINGS not in self.needs:
            return self.head(situation)
        rows, chances = self._taking_part(situation, values)
        if situation.points is not None:
            return rows[self.head(situation.of(rows, situation.points[rows], chances=chances))]
        return rows[self.head(situation.of(rows, gather(rows), chances=chances))] if gather is not None else rows[:0]

    def _succeeded(
        self, successor: Successor, situation: Situation, values: NDArray[np.float32], gather: Gather | None
    ) -> NDArray[np.int64]:
        rows = situation.open_rows
        later = successor.strategy
        following = later._head(situation, later.values(situation), gather)
        return mixed(descending(rows, values[rows])[: situation.count], following, share=successor.kept_share)

    def _taking_part(
        self, situation: Situation, values: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Of a pool that is too large some open and some annotated images (k,), ascending, and the chance (k,) that
        each open one had."""
        rng = np.random.default_rng(situation.seed)
        taken = situation.taken_rows
        if len(taken) > DRAWN:
            found = situation.positive[taken] if situation.positive is not None else np.zeros(len(taken), np.bool_)
            taken = drawn_by_weight(taken, np.where(found, 1.0, 1e-6), rng, limit=DRAWN)
        drawn, chances = self._drawn(situation.open_rows, values, rng)
        rows = np.concatenate([drawn, taken])
        ascending = np.argsort(rows)
        return rows[ascending], np.concatenate([chances, np.ones(len(taken))])[ascending]

    def _drawn(
        self, rows: NDArray[np.int64], values: NDArray[np.float32], rng: np.random.Generator
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        if len(rows) <= DRAWN:
            return rows, np.ones(len(rows))
        match self.draw:
            case Draw.HIGHEST:
                return descending(rows, values[rows])[:DRAWN], np.ones(DRAWN)
            case Draw.WEIGHTED:
                weights = utility_weights(values[rows], 1.0, floor=FLOOR)
            case Draw.EVEN:
                weights = np.ones(len(rows), dtype=np.float32)
        places, chances = drawn_with_chances(weights, rng, limit=DRAWN)
        return rows[places], chances
