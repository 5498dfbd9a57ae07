"""What the screen of limits shows: how the pool is spread, what the limits keep and how good that is, what to judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.models.applied import PutPlan
from app.models.bars import EmptyAction
from app.models.cards import Card


class Passing(StrEnum):
    HIGHEST = "highest"
    BETWEEN = "between"
    LOWEST = "lowest"


PASSING_NAMES = {Passing.HIGHEST: "from a limit on", Passing.BETWEEN: "between two", Passing.LOWEST: "up to a limit"}


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How what is said is spread over the pool."""

    counts: NDArray[np.int64]
    """(bins,) from 0 to the highest value"""
    ticks: tuple[tuple[float, str], ...]
    """0 to 1, and what stands there"""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure with its interval of 95 %; shares from 0 to 1."""

    name: str
    tip: str
    value: float | None
    low: float
    high: float
    text: str
    """The figure in words"""
    interval: str
    """Its interval in words"""
    of: str
    """How many answers it is from"""


@dataclass(frozen=True, slots=True, eq=False)
class KeepState:
    head: str = ""
    labels: tuple[str, ...] = ()
    """What the limits may be on; empty for a score head."""
    output: int = 0
    passing: Passing = Passing.HIGHEST
    unit: float = 1.0
    """Of the fields: 100 for percents, 10 for scores."""
    low: float = 0.0
    high: float = 1.0
    """0 to 1, whatever passes"""
    texts: tuple[str, str] = ("0", "1")
    """Both times `unit`, with as many decimals as tell them from limits that keep an image more or less"""
    moves_high: bool = False
    """Which limit the arrows move."""
    wanted: tuple[float, float] = (0.0, 10.0)
    """Brackets; of a score head."""
    spread: Spread | None = None
    kept: int = 0
    total: int = 0
    beyond: str = ""
    """That images of the pool are not among them, and why"""
    note: str = ""
    """By which version, judged by how many answers"""
    warning: str = ""
    """What stands in the way of an honest figure"""
    figures: tuple[FigureRow, ...] = ()
    found: str = ""
    """What the last search for a limit says"""
    command: str = ""
    """The same on the command line"""
    busy: str = ""
    plan: PutPlan = field(default_factory=PutPlan)
    files: int = 0
    told: str = ""
    can_put_back: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class StripState:
    """The images to judge: those before `position` are judged."""

    ids: NDArray[np.int64]
    position: int
    card: Card | None
    reason: str


@dataclass(frozen=True, slots=True)
class KeepMessage:
    """What stands where there is nothing to limit."""

    title: str
    text: str
    actions: tuple[EmptyAction, ...] = ()
