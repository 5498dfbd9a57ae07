"""How likely images are what is hunted, by the answers alone: kernel ridge regression of found against refused.

Far from every answer it says 0, as what is rare is. A live head says the mean of its labels there, and so goes for
what is least like the refusals (docs/learning.md, Hunts).

Letters: n = images, d = values of a point, a = answered images.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.query.clustering import Points, squared_distances, typical_apart
from core.query.situation import Situation

WIDTH = 1.0
"""Of the kernel, squared, in units of the usual squared distance."""
RIDGE = 0.02
ANSWERS = 1024
"""Take part at most: all that were found, then the refusals nearest to any of them."""
_LOOKED_AT = 512
"""Images whose distances are looked at for that."""


def likely_by_answers(situation: Situation) -> NDArray[np.float32]:  # (n,)
    """At least one must have been found."""
    points = situation.places()
    rows = _taking_part(situation, points)
    width = 2.0 * WIDTH * _usually_apart(points, situation.seed)
    answered = points[rows]
    among = np.exp(-squared_distances(answered, answered).astype(np.float64) / width)
    among[np.diag_indices(len(rows))] += RIDGE
    coefficients = np.linalg.solve(among, situation.found_mask[rows].astype(np.float64))
    likeness = np.exp(-squared_distances(points, answered) / np.float32(width))
    return np.asarray(likeness @ coefficients.astype(np.float32), dtype=np.float32)


def _taking_part(situation: Situation, points: Points) -> NDArray[np.int64]:  # (a,)
    found = np.flatnonzero(situation.found_mask)[-ANSWERS:]
    refused = np.flatnonzero(situation.refused_mask)
    room = ANSWERS - len(found)
    if len(refused) > room:
        apart = squared_distances(points[refused], points[found]).min(axis=1)
        refused = refused[np.argsort(apart, kind="stable")[:room]]
    return np.concatenate([found, refused])


def _usually_apart(points: Points, seed: int) -> float:
    some = points
    if len(points) > _LOOKED_AT:
        some = points[np.random.default_rng(seed).choice(len(points), _LOOKED_AT, replace=False)]
    return typical_apart(squared_distances(some, some))
