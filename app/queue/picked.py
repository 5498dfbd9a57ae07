"""A queue of images that a person picked out of a picture or found: these and no others, in their order."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.acts import View
from app.queue.image_queue import KEPT_AHEAD, DecidedOf, ImageQueue
from core.review.evidence import Evidence
from core.values import ImageId


class Unseen:
    """What is said of annotated images by heads that had not seen them, looked up by image."""

    def __init__(self, ids: NDArray[np.int64] | None = None, evidence: Evidence | None = None) -> None:
        """ids (n,), those of the evidence's rows"""
        self.evidence = evidence
        self._rows = {} if ids is None else {image_id: row for row, image_id in enumerate(ids.tolist())}

    def row_of(self, image_id: ImageId) -> int | None:
        return self._rows.get(image_id)

    def knows_any(self, ids: NDArray[np.int64]) -> bool:
        return self.evidence is not None and not self._rows.keys().isdisjoint(ids.tolist())


class Remarks:
    """What images were found by, written when it is looked at: there may be many."""

    def __init__(
        self, ids: NDArray[np.int64] | None = None, numbers: NDArray[np.float64] | None = None, word: str = ""
    ) -> None:
        """ids (n,) with their numbers (n,); `word` says what these are."""
        order = np.zeros(0, np.int64) if ids is None else np.argsort(ids)
        self._ids = order if ids is None else ids[order]
        self._numbers = np.zeros(0) if numbers is None else numbers[order]
        self._word = word

    def of(self, image_id: ImageId) -> str:
        """Empty where there is no number."""
        place = int(np.searchsorted(self._ids, image_id))
        if place >= len(self._ids) or self._ids[place] != image_id or np.isnan(self._numbers[place]):
            return ""
        return f"{self._numbers[place]:.2f} {self._word}"


@dataclass(frozen=True, slots=True, eq=False)
class Picked:
    ids: NDArray[np.int64]
    """(images,)"""
    name: str
    """What they have in common."""
    unseen: Unseen = field(default_factory=Unseen)
    position: int = 0
    """Which of them comes first."""
    origin: View = View.INSIGHT
    """Where Esc leads back to."""
    remarks: Remarks = field(default_factory=Remarks)
    """What each was found by, in a few signs."""

    @property
    def is_search(self) -> bool:
        return self.origin not in (View.INSIGHT, View.PAGES)


class PickedQueue(ImageQueue):
    """Answered images are no less wanted: every step leads to the next one, and no new order moves any."""

    def advance(self, decided: DecidedOf) -> None:
        self.position = min(self.position + 1, len(self.ids))

    def reorder(
        self, order: NDArray[np.int64], *, skipped: NDArray[np.bool_] | None = None, kept_ahead: int = KEPT_AHEAD
    ) -> None:
        """As they were picked."""
