"""A class head decides which score head's answer counts, where all of them have answered; without torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.review.evidence import likeliest
from core.scoring.tile_answers import AskedHead
from core.values import Combine, HeadKind, Tiles

ROUTED: Final = "routed"
"""What the answers that a route chose are called among those of the heads."""


@dataclass(frozen=True, slots=True)
class Route:
    """Heads by the names that they were asked for with."""

    by: str = ""
    """The class head that decides; empty: none does."""
    use: Mapping[str, str] = field(default_factory=dict)
    """Label -> score head; the images of other labels get no score."""


def routed(
    heads: Sequence[AskedHead], said: Sequence[NDArray[np.float32]], route: Route
) -> tuple[AskedHead, NDArray[np.float32]] | None:
    """The chosen answers (images, 1) as those of one more head, NaN where none was; None where no head decides."""
    places = {head.model: place for place, head in enumerate(heads)}
    if route.by not in places:
        return None
    labels = heads[places[route.by]].labels
    decided = likeliest(said[places[route.by]])  # (images,)
    scores = np.full((len(decided), 1), np.nan, np.float32)
    for number, label in enumerate(labels):
        if (place := places.get(route.use.get(label, ""))) is not None:
            mine = decided == number
            scores[mine] = said[place][mine]
    return AskedHead(ROUTED, ROUTED, HeadKind.SCORE, (), Tiles.NONE, Combine.MEAN), scores
