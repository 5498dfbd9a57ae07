"""What heads say of the tiles of a picture, and how that becomes one answer; without torch, for the window too.

`core.heads.checkpoint.combine_tiles` is the same rule for whole batches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING

from core.values import BRACKETS, Combine, HeadKind, Tiles

if TYPE_CHECKING:
    from core.media.tiles import Place

_RULES: Mapping[Combine, Callable[[Sequence[float]], float]] = {
    Combine.MEAN: fmean,
    Combine.MEDIAN: median,
    Combine.MAX: max,
    Combine.MIN: min,
}


@dataclass(frozen=True, slots=True)
class AskedHead:
    """A head as its file describes it."""

    model: str
    """As it was asked for."""
    name: str
    kind: HeadKind
    labels: tuple[str, ...]
    """Empty for a score head."""
    tiles: Tiles
    """How it looked at the picture."""
    combine: Combine
    """How it was trained to make one answer of those for the tiles."""

    @property
    def scale(self) -> float:
        return scale_of(self.kind)


@dataclass(frozen=True, slots=True)
class TileAnswers:
    """One head's answers to one picture."""

    path: str
    head: AskedHead
    places: tuple[Place, ...]
    """Of its tiles; one where the picture was looked at whole."""
    values: tuple[tuple[float, ...], ...]
    """(tiles, outputs): probabilities, or value / 10 for a score head."""


def scale_of(kind: HeadKind) -> float:
    """The highest value that such a head gives, in the unit that people see."""
    return float(BRACKETS) if kind is HeadKind.SCORE else 1.0


def combined(values: Sequence[Sequence[float]], combine: Combine) -> tuple[float, ...]:  # (tiles, outputs) -> (outputs)
    """Each label's answers over the tiles by one rule."""
    rule = _RULES[combine]
    return tuple(rule(label) for label in zip(*values, strict=True))
