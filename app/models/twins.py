"""What the view of near-duplicates shows: one group side by side, and how strictly groups are made."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.reviewed import ReviewMessage
from core.values import ImageFile

STEPS = 16
"""Of strictness: so many bits of a look may differ, from none on."""


@dataclass(frozen=True, slots=True)
class TwinBarState:
    line: str = ""
    """Which group of how many, and what X does."""
    bits: int = 7
    """That may differ."""
    strictness: str = ""
    counted: str = ""
    """How many groups there are at this strictness."""


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
