"""A live head of few answers sees a pool a second time, by the surroundings of its images.

These are found in pieces while nobody waits. Of many answers the second view is left out: it costs as much as the
first, and its share has become small (docs/learning.md).

Letters: n = annotated images, outputs = labels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from core.arrays.embeddings import EmbeddingStore
from core.heads.kept_pool import KeptPool
from core.heads.live_fit import LiveFit
from core.heads.surroundings import Surroundings
from core.heads.teaching import DRAWN, drawn_rows
from core.heads.two_views import share_of_second
from core.heads.votes import Votes
from core.values import Annotated, HeadKind, Tiles
from core.workers import Workers

POOL_LIMIT = 100_000
"""Images: of as many the second view takes .4 GB, and an answer nearly a second instead of half a one."""
ANSWER_LIMIT = 200
_GROWN, _GROWN_SMALL = 2.0, 1.25
"""The second where all images are drawn."""
_PIECE = 2_048
"""Images whose surroundings are found at once; an answer that comes meanwhile waits for one piece."""

Refit = Callable[[KeptPool, LiveFit | None], LiveFit]
"""On the vectors of a pool, going on from the fit before."""


def pays(kind: HeadKind, tiles: Tiles, images: int, answers: int) -> bool:
    """Whether a second look at so many images tells more after so many answers."""
    return kind is not HeadKind.SCORE and tiles is Tiles.NONE and images <= POOL_LIMIT and 0 < answers <= ANSWER_LIMIT


@dataclass(slots=True, eq=False)
class _View:
    pool: KeptPool
    """Rows as in the store; vectors are means of neighbours"""
    drawn_of: int
    """Images of the store when the neighbours were drawn"""
    fit: LiveFit | None = None
    """The last one, which the next goes on from"""

    def is_stale(self, images: int) -> bool:
        """Whether a pool of so many is to be drawn from anew."""
        return images >= self.drawn_of * (_GROWN if self.drawn_of >= DRAWN else _GROWN_SMALL)


def _is_near(view: _View, images: int) -> bool:
    """Whether a pool of so many is one piece further at most."""
    return images - len(view.pool) <= _PIECE


class SecondView:
    """Of one live head. Once the memory of the device was too small nothing is made any more."""

    def __init__(
        self, store: EmbeddingStore, kind: HeadKind, tiles: Tiles, device: str, seed: int, workers: Workers
    ) -> None:
        self._store, self._kind, self._tiles = store, kind, tiles
        self._device, self._seed, self._workers = device, seed, workers
        self._heard: _View | None = None
        self._making: _View | None = None
        self._told: _View | None = None
        """What was mixed into the last votes"""
        self._has_room = True
        """Until the memory of the device was once too small"""

    def drop(self) -> None:
        """What is known of the pool; it may be made again."""
        self._heard = self._making = self._told = None

    @property
    def seen(self) -> int:
        """Images looked at so far by the view that is being made, else by the one that is heard."""
        view = self._making or self._heard
        return len(view.pool) if view is not None else 0

    def make(self, images: int, answers: int, stop: Callable[[], bool]) -> bool:
        """Look at the first `images` of the store, in pieces until `stop`.

        True where more is known than was told last, and nobody waits.
        """
        if not self._pays(images, answers):
            self.drop()
            return False
        if self._has_room:
            try:
                self._make(images, stop)
            except torch.OutOfMemoryError:
                self._making, self._has_room = None, False
        heard = self._heard
        return heard is not None and heard is not self._told and _is_near(heard, images) and not stop()

    def foresee(self, rows: NDArray[np.int64]) -> None:
        """As the pool does."""
        if self._heard is not None:
            self._heard.pool.foresee(rows[rows < len(self._heard.pool)])

    def mix_into(
        self,
        votes: Votes,
        rows: NDArray[np.int64],
        annotated: Annotated,
        left_out: NDArray[np.floating],
        refit: Refit,
    ) -> None:
        """What the surroundings say, where they are known, by what each view says of left-out answers.

        `rows` (n,) of the store and `annotated` are the answers, `left_out` (n, outputs) is what the first view says.
        """
        images = len(votes.probabilities)
        if not self._pays(images, len(rows)):
            self.drop()
        view, self._told = self._heard, None
        if view is None or not _is_near(view, images):
            return
        try:
            view.pool.grow(images)
            fit = view.fit = refit(view.pool, view.fit)
            said = view.pool.read(fit, rows)
        except torch.OutOfMemoryError:
            self.drop()
            self._has_room = False
            return
        share = share_of_second(left_out, fit.left_out, annotated.targets, annotated.weights, self._kind, toll=True)
        votes.mix(said, share)
        self._told = view

    def _pays(self, images: int, answers: int) -> bool:
        return pays(self._kind, self._tiles, images, answers)

    def _make(self, images: int, stop: Callable[[], bool]) -> None:
        heard = self._heard
        if self._making is None and (heard is None or heard.is_stale(images)):
            self._making = self._begin(images)
        view = self._making or heard
        if view is None:
            return
        try:
            while len(view.pool) < images and not stop():
                view.pool.grow(min(len(view.pool) + _PIECE, images))
        except torch.OutOfMemoryError:
            self._heard = None if view is heard else heard  # what was half grown is of no use
            raise
        if self._making is not None and len(view.pool) >= images:
            self._heard, self._making = view, None

    def _begin(self, images: int) -> _View | None:
        """None where there are too few images to surround any."""
        surroundings = Surroundings(drawn_rows(self._store, self._seed))
        if not surroundings:
            return None
        turned = partial(surroundings.of, each=self._workers.each)
        return _View(KeptPool(self._store, self._device, self._seed, self._workers, turned=turned, images=0), images)
