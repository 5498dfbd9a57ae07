"""What the try view shows: the heads that are asked, how, and what each says of the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.models.cards import Cell
from app.models.tile_marks import TileMark
from core.values import Combine, ImageFile, ImageId, Tiles


@dataclass(frozen=True, slots=True)
class HeadToTry:
    """A head that can be asked: of the project, or a file."""

    model: str
    name: str
    detail: str
    """"v3", or the folder of a file."""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class AnswerBar:
    """One label of a head, or its score."""

    name: str
    value: float
    """0..1"""
    text: str
    leading: bool = False


@dataclass(frozen=True, slots=True)
class HeadAnswer:
    """What one head says of the picture."""

    model: str
    name: str
    detail: str = ""
    """"5 tiles · mean"."""
    bars: tuple[AnswerBar, ...] = ()
    problem: str = ""
    """Why it says nothing."""
    marked: bool = False
    """Its tiles are the ones drawn over the picture."""


TILE_TEXTS: Mapping[Tiles | None, str] = MappingProxyType(
    {None: "As trained", Tiles.FIVE_CROP: "Five crops", Tiles.NONE: "Whole picture"}
)
COMBINE_TEXTS: Mapping[Combine | None, str] = MappingProxyType(
    {
        None: "As trained",
        Combine.MEAN: "Mean",
        Combine.MEDIAN: "Median",
        Combine.MAX: "Highest",
        Combine.MIN: "Lowest",
    }
)


@dataclass(frozen=True, slots=True)
class Ways:
    """How the heads are asked and their answers shown; None is as each was trained."""

    tiles: Tiles | None = None
    combine: Combine | None = None
    with_default: bool = True
    shows_tiles: bool = True


@dataclass(frozen=True, slots=True)
class TryState:
    heads: tuple[HeadToTry, ...] = ()
    ways: Ways = Ways()
    ids: tuple[ImageId, ...] = ()
    position: int = 0
    image: ImageFile | None = None
    answers: tuple[HeadAnswer, ...] = ()
    cells: tuple[Cell, ...] = ()
    """What the film strip says of each picture."""
    marks: tuple[TileMark, ...] = ()
