"""What the view of near-duplicates shows: one group side by side, and how strictly groups are made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.models.reviewed import ReviewMessage
from core.values import ImageFile

STEPS = 16
"""Of strictness, from the strictest on: so many bits of a look may differ."""
LEAST_COSINES = (1.0, 0.998, 0.996, 0.994, 0.99, 0.985, 0.98, 0.97, 0.96, 0.95, 0.94, 0.92, 0.9, 0.88, 0.85, 0.8)
"""The same steps by embeddings: close together where an encoder finds everything alike, as the built-in one does."""


class Measure(Enum):
    """What images are alike in."""

    PIXELS = "in pixels"
    CONTENT = "to the encoder"


@dataclass(frozen=True, slots=True)
class TwinBarState:
    line: str = ""
    """Which group of how many, and what X does."""
    measure: Measure = Measure.PIXELS
    slack: int = 7
    """Steps from the strictest."""
    strictness: str = ""
    counted: str = ""
    """How many groups there are at this strictness."""
    sees_content: bool = True
    """The head's encoder."""


@dataclass(frozen=True, slots=True)
class TwinState:
    bar: TwinBarState
    images: tuple[ImageFile, ...] = ()
    kept: int = 0
    """Which of them stays when the others are excluded."""
    ahead: tuple[ImageFile, ...] = ()
    """Of the next group."""
    message: ReviewMessage | None = None
    """None while there is a group, and while groups are looked for."""
