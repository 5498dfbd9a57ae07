"""The queue on screen: what was done to the left, the image asked now, and what comes to the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.values import ImageId

DecidedOf = Callable[[NDArray[np.int64]], NDArray[np.bool_]]
"""Which of these image ids need not be shown again."""
KEPT_AHEAD = 8
"""Images after the current one that a new order never moves: they may be on screen or under a finger."""


class ImageQueue:
    """Image ids in order and the place of the current one; the place after the last one means that nothing is left."""

    def __init__(self, ids: NDArray[np.int64] | None = None, position: int = 0) -> None:
        self.ids = np.zeros(0, np.int64) if ids is None else ids  # (images,)
        self.position = position

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def current(self) -> ImageId | None:
        return ImageId(int(self.ids[self.position])) if self.position < len(self.ids) else None

    def go_to(self, position: int) -> bool:
        """False when that is where the queue already stands; the place is kept within the queue."""
        position = max(0, min(position, len(self.ids)))
        moved = position != self.position
        self.position = position
        return moved

    def advance(self, decided: DecidedOf) -> None:
        """To the next image that is not decided; past the end when there is none."""
        self.position = self._next_open(decided, self.position + 1)

    def seek_open(self, decided: DecidedOf) -> bool:
        """To the nearest open image after this one, or from the start where none follows; False without any."""
        for start in (self.position + 1, 0):
            found = self._next_open(decided, start)
            if found < len(self.ids):
                self.position = found
                return True
        return False

    def show(self, image_id: ImageId) -> None:
        """To this image, wherever it is; one that is not in the queue is put where the queue stands."""
        places = np.flatnonzero(self.ids == image_id)
        if len(places):
            self.position = int(places[np.argmin(np.abs(places - self.position))])
        else:
            self.ids = np.insert(self.ids, self.position, image_id)

    def bring_first(self, image_id: ImageId) -> None:
        """An image comes now instead of later."""
        later = self.ids[self.position :]
        self.ids = np.concatenate([self.ids[: self.position], [image_id], later[later != image_id]]).astype(np.int64)

    def bring_again(self, image_id: ImageId, kept_ahead: int = KEPT_AHEAD) -> None:
        """An image that is done comes once more, after those that may be on screen; at once where nothing is left."""
        place = min(self.position + 1 + kept_ahead, len(self.ids))
        self.ids = np.insert(self.ids, place, image_id)

    def withdraw(self, image_id: ImageId) -> None:
        """Takes back what `bring_again` did: the last place of the image, in which it was not answered."""
        places = np.flatnonzero(self.ids == image_id)
        if len(places):
            self.ids = np.delete(self.ids, places[-1])
            self.position -= int(places[-1] < self.position)

    def defer(self, ids: Sequence[ImageId]) -> None:
        """The images come again at the end."""
        self.ids = np.append(self.ids, np.array(ids, np.int64))

    def reorder(
        self, order: NDArray[np.int64], *, skipped: NDArray[np.bool_] | None = None, kept_ahead: int = KEPT_AHEAD
    ) -> None:
        """A new order for what comes, below the current image and the next few.

        `skipped`, by id: images of `order` that were passed by skipping come again at the end.
        """
        kept = self.ids[: self.position + 1 + kept_ahead]
        size = int(max(kept.max(initial=-1), order.max(initial=-1))) + 1
        in_kept, in_sight = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
        in_kept[kept] = True
        in_sight[kept[self.position :]] = True
        coming = order[~in_kept[order]]
        again = order[:0] if skipped is None else order[in_kept[order] & ~in_sight[order] & skipped[order]]
        self.ids = np.concatenate([kept, coming, again])

    def keep_only(self, present: NDArray[np.bool_]) -> None:
        """Drops images that are gone; the place stays with the current one or the next. `present`: by id."""
        known = self.ids < len(present)
        kept = known & present[np.where(known, self.ids, 0)] if len(present) else np.zeros(len(self.ids), np.bool_)
        self.position = int(np.count_nonzero(kept[: self.position]))
        self.ids = self.ids[kept]

    def _next_open(self, decided: DecidedOf, start: int) -> int:
        step = 64  # nearly always the very next one: no look at the whole pool
        while start < len(self.ids):
            chunk = self.ids[start : start + step]
            found = np.flatnonzero(~decided(chunk))
            if len(found):
                return start + int(found[0])
            start, step = start + step, step * 4
        return len(self.ids)
