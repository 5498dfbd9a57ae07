"""What the versions view shows: every version in a row, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.models.cards import Cell
from core.values import ImageId


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    in_force: bool
    when: str
    answers: str
    figure: str
    figure_tip: str
    recipe: str
    training: str
    """How long, and on what."""
    note: str
    remarks: str
    """What the training said should be known."""

    @property
    def name(self) -> str:
        return f"v{self.number}"


@dataclass(frozen=True, slots=True, eq=False)
class FlipGroup:
    """Flips that annotations say the same of."""

    name: str
    tip: str
    ids: NDArray[np.int64]
    """(images,) those that moved farthest first"""
    loud: bool = False
    """Something broke."""
    describe: Callable[[ImageId], Cell] | None = None
    """Of what heads said that had not seen the images, which is something else than in the other groups."""


@dataclass(frozen=True, slots=True)
class ShareRow:
    """How many images go to one label or bracket, before and after."""

    name: str
    before: int
    after: int
    drift: str = ""
    """Of a bracket: the mean score of the images that were given it, before and after."""


@dataclass(frozen=True, slots=True, eq=False)
class CompareState:
    """Two versions side by side, or why there is nothing to show."""

    title: str = ""
    figure: str = ""
    """How far the honest figures are apart."""
    alarm: str = ""
    """A pinned image broke."""
    cautions: tuple[str, ...] = ()
    groups: tuple[FlipGroup, ...] = ()
    shares: tuple[ShareRow, ...] = ()
    shares_title: str = ""
    shares_tip: str = ""
    describe: Callable[[ImageId], Cell] | None = None


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What a retrain changed, in one line that can be opened."""

    text: str = ""
    loud: bool = False
    """A pinned image broke."""
    tip: str = ""
    shorter: tuple[str, ...] = ()
    """What stands there instead where there is no room, each true without what is left out."""
