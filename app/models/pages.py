"""What the view of pages shows: the cards of one page, which of them are marked, and what Enter would do."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.reviewed import ReviewMessage
from core.values import ImageId


@dataclass(frozen=True, slots=True)
class PageCard:
    image_id: ImageId
    count: int = 1
    """Images behind the card, itself among them."""
    marked: bool = False
    """Wrong, and still open."""


@dataclass(frozen=True, slots=True)
class PageBarState:
    line: str = ""
    """Which page of how many, and what Enter does."""
    outputs: tuple[str, ...] = ()
    """Labels, tags or brackets to choose from."""
    counts: tuple[int, ...] = ()
    """Images of each; empty until they are known."""
    output: int = 0
    thresholds: tuple[float, ...] = ()
    """From where on the head counts as sure; none where that is not asked."""
    threshold: float = 0.0
    checks: bool = False


@dataclass(frozen=True, slots=True)
class PageState:
    bar: PageBarState
    cards: tuple[PageCard, ...] = ()
    cursor: int = 0
    ahead: tuple[ImageId, ...] = ()
    """Of the next page."""
    message: ReviewMessage | None = None
    """None while there are cards, and at first while they are laid out."""
    waits: bool = False
    """Cards are being laid out."""
