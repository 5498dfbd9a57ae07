"""The cards cut into pages as large as the window, and the place on them; near-duplicates share a card."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from app.queue.pages import PageCards
from core.values import ImageId


class PageTurner:
    """Knows nothing of answers: which cards are done is for others to say."""

    def __init__(self, cards: PageCards | None = None, size: int = 1) -> None:
        self._cards = cards or PageCards()
        self._size = max(1, size)
        self._first_of = {image: first for first, images in self._cards.groups.items() for image in images}
        self._spread: set[ImageId] = set()
        self._ids = self._cards.ids
        self.cursor = 0
        """Place of the current card, over all pages."""

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def page(self) -> int:
        """From 0; the place after the last card is on a page of its own."""
        return self.cursor // self._size if self.cursor < len(self._ids) else self.pages

    @property
    def pages(self) -> int:
        return -(-len(self._ids) // self._size)

    @property
    def start(self) -> int:
        """Place of the page's first card."""
        return self.page * self._size

    @property
    def current(self) -> ImageId | None:
        return ImageId(int(self._ids[self.cursor])) if self.cursor < len(self._ids) else None

    def resize(self, size: int) -> None:
        """The page that holds the current card stays in sight."""
        self._size = max(1, size)

    def on_page(self, page: int | None = None) -> list[ImageId]:
        """The image of each card of a page, by default of this one."""
        start = (self.page if page is None else page) * self._size
        return [ImageId(one) for one in self._ids[start : start + self._size].tolist()]

    def images_of(self, card: ImageId) -> tuple[ImageId, ...]:
        """All that an answer to this card goes to."""
        return (card,) if card in self._spread else self._cards.groups.get(card, (card,))

    def go_to(self, place: int) -> None:
        self.cursor = max(0, min(place, len(self._ids)))

    def turn(self, page: int) -> None:
        self.go_to(max(0, min(page, self.pages - 1)) * self._size)

    def next_open(self, settled: Collection[ImageId]) -> None:
        """To the next page with a card that is not `settled`; past the end where there is none."""
        after = np.arange(self.start + self._size, len(self._ids))
        still_open = after[~np.isin(self._ids[after], list(settled))]
        self.go_to(len(self._ids) if not len(still_open) else int(still_open[0]) // self._size * self._size)

    def show(self, images: Collection[ImageId]) -> None:
        """The first page with a card that stands for one of these; stays where that is in sight, or there is none."""
        cards = {self._first_of.get(image, image) for image in images} | set(images)
        places = np.flatnonzero(np.isin(self._ids, list(cards)))
        if len(places) and not ((places >= self.start) & (places < self.start + self._size)).any():
            self.turn(int(places[0]) // self._size)

    def toggle_spread(self) -> bool:
        """The current card's group one by one, or together again; False where it stands for itself alone."""
        current = self.current
        first = None if current is None else self._first_of.get(current)
        if first is None:
            return False
        self._spread ^= {first}
        self._ids = self._laid_out()
        self.cursor = int(np.flatnonzero(self._ids == first)[0])
        return True

    def _laid_out(self) -> NDArray[np.int64]:
        """Members after the first one of each group that is spread."""
        groups = self._cards.groups
        return np.array(
            [one for card in self._cards.ids.tolist() for one in (groups[card] if card in self._spread else (card,))],
            np.int64,
        )
