"""What the review view shows: which queue, why this image is in it, and what to do where it is empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.models.bars import EmptyAction
from app.models.cards import Card
from core.review.orders import ReviewOrder


@dataclass(frozen=True, slots=True)
class ReviewBarState:
    order: ReviewOrder = ReviewOrder.CONFLICT
    counts: Mapping[ReviewOrder, int] = field(default_factory=dict)
    """Images that wait in each queue; empty until they are known."""
    labels: tuple[str, ...] = ()
    """Of the head; none for a score head."""
    output: int | None = None
    """The label of false positives and negatives; None: any."""
    thresholds: tuple[tuple[float | None, str], ...] = ()
    """To choose from, as the engine and as a person says them."""
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class ReviewMessage:
    """What fills the view where there is no image to show."""

    title: str
    text: str
    actions: tuple[EmptyAction, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ReviewState:
    bar: ReviewBarState
    card: Card | None = None
    reason: str = ""
    hint: str = ""
    """Which keys do what here."""
    ids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    position: int = 0
    message: ReviewMessage | None = None
    """None while there is a card, and while the answers are looked through."""
