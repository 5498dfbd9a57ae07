"""A live head of few answers sees a pool a second time, by the surroundings of its images.

The second look is made ready while nobody waits, and is left where answers are many: it costs as much as the first, and
above some 100 answers adds nothing or takes a point away (docs/learning.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from core.arrays.embeddings import EmbeddingStore
from core.heads.kept_pool import KeptPool
from core.heads.live_fit import LiveFit
from core.heads.surroundings import Surroundings
from core.heads.teaching import DRAWN, drawn_rows
from core.values import HeadKind, Tiles
from core.workers import Workers

POOL_LIMIT = 20_000
"""Images: of as many the surroundings are found within two or three seconds."""
ANSWER_LIMIT = 100
_GROWN, _GROWN_SMALL = 2.0, 1.25
"""The second where all images are drawn."""


def pays(kind: HeadKind, tiles: Tiles, images: int, answers: int) -> bool:
    """Whether a second look at so many images tells more after so many answers."""
    return kind is not HeadKind.SCORE and tiles is Tiles.NONE and images <= POOL_LIMIT and 0 < answers <= ANSWER_LIMIT


@dataclass(slots=True, eq=False)
class SecondView:
    pool: KeptPool
    """Rows as in the store; vectors are means of neighbours"""
    drawn_of: int
    """Images of the store when the neighbours were drawn"""
    fit: LiveFit | None = None
    """The last one, which the next goes on from"""

    @classmethod
    def of(cls, store: EmbeddingStore, images: int, device: str, seed: int, workers: Workers) -> SecondView | None:
        """Of the first `images` of a store; None where these are too few to surround any."""
        surroundings = Surroundings(drawn_rows(store, seed))
        if not surroundings:
            return None
        turned = partial(surroundings.of, each=workers.each)
        return cls(KeptPool(store, device, seed, workers, turned=turned, images=images), images)

    def is_stale(self, images: int) -> bool:
        """Whether a pool of so many is to be drawn from anew."""
        return images >= self.drawn_of * (_GROWN if self.drawn_of >= DRAWN else _GROWN_SMALL)
