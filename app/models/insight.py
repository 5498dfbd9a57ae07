"""What the insight view shows: pictures of answers and predictions whose every mark opens its images."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.models.bars import EmptyAction

NO_IDS: NDArray[np.int64] = np.zeros(0, np.int64)


class Picture(StrEnum):
    SPREAD = "spread"
    AGAINST = "against"
    CONFUSION = "confusion"
    PRECISION = "precision"
    RELIABILITY = "reliability"
    LEARNING = "learning"
    AGREEMENT = "agreement"
    MAP = "map"


NAMES: dict[Picture, str] = {
    Picture.SPREAD: "Distribution",
    Picture.AGAINST: "Predicted against annotated",
    Picture.CONFUSION: "Confusion matrix",
    Picture.PRECISION: "Precision and recall",
    Picture.RELIABILITY: "Reliability",
    Picture.LEARNING: "Learning curve",
    Picture.AGREEMENT: "Agreement with yourself",
    Picture.MAP: "Map",
}


class Tone(StrEnum):
    """What a colour means."""

    ANSWERED = "answered"
    SAID = "said"
    OPEN = "open"
    RIGHT = "right"
    WRONG = "wrong"
    GUIDE = "guide"


@dataclass(frozen=True, slots=True)
class Axis:
    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...] = ()
    """Empty: as the numbers ask."""
    falls: bool = False
    """The first one is at the top."""


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A bar, a cell or a point: around (x, y), and what it opens. A point has no width."""

    text: str
    ids: NDArray[np.int64]
    x: float
    y: float
    tone: Tone
    width: float = 0.0
    height: float = 0.0
    strength: float = 1.0
    """How full the colour is, 0 to 1."""
    figure: str = ""
    """Written on it."""
    low: float | None = None
    high: float | None = None
    """A whisker, for an interval of 95 %."""

    @property
    def is_point(self) -> bool:
        return self.width == 0.0

    def holds(self, x: float, y: float) -> bool:
        return abs(x - self.x) <= self.width / 2 and abs(y - self.y) <= self.height / 2


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """An image each."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    ids: NDArray[np.int64]
    wrong: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    tone: Tone
    dashed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    note: str
    """What is drawn of how many images, and judged by whom."""
    x: Axis
    y: Axis
    marks: tuple[Mark, ...] = ()
    dots: Dots | None = None
    lines: tuple[Line, ...] = ()
    key: tuple[tuple[Tone, str], ...] = ()
    has_threshold: bool = False
    """A line that can be dragged along x."""
    words: tuple[str, ...] = ()
    """What it means, in sentences."""


class Scheme(StrEnum):
    """What the colours of a map are taken from."""

    LABELS = "labels"
    RAMP = "ramp"
    """From low to high."""


NOTHING = -1
"""The code of an image that has no colour of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class MapPicture:
    """Images that lie near each other look alike to the encoder."""

    note: str
    places: NDArray[np.float32]
    """(images, 2)"""
    ids: NDArray[np.int64]
    """(images,)"""
    codes: NDArray[np.int16]
    """(images,) a place in `names`, or NOTHING"""
    names: tuple[str, ...]
    """What each colour means; "" where the key leaves it out."""
    texts: tuple[str, ...]
    """The same in full, of every colour."""
    scheme: Scheme
    rest: str = ""
    """What those without a colour are."""


@dataclass(frozen=True, slots=True)
class Group:
    """Images on one side of the threshold."""

    name: str
    tip: str
    count: int


@dataclass(frozen=True, slots=True)
class InsightMessage:
    """What stands where there is nothing to draw yet."""

    title: str
    text: str
    actions: tuple[EmptyAction, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class InsightState:
    picture: Picture = Picture.SPREAD
    choices: tuple[str, ...] = ()
    choice: int = 0
    chart: Chart | None = None
    map: MapPicture | None = None
    message: InsightMessage | None = None
    waiting: bool = False
    """It is being worked out."""


@dataclass(frozen=True, slots=True, eq=False)
class Selected:
    """What is marked in the picture."""

    text: str = ""
    ids: NDArray[np.int64] = field(default_factory=lambda: NO_IDS)
    mark: int | None = None
    threshold: float | None = None
    groups: tuple[Group, ...] = ()
    group: int = 0
    below: str = ""
    """Whose word stands below the images."""
