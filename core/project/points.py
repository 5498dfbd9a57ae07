"""Points of the images of a pool, read as they are asked for: what the diverse orders need of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.project.facade import Project
from core.values import Head

PointsOf = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""Of images by their hashes, (k, 32) -> (k, d)"""


def points_reader(project: Project, head: Head, *, seed: int = 0, whole: bool = False) -> PointsOf | None:
    """For any thread; None where nothing is embedded for the head. Images without a vector lie in the middle.

    `whole`: unit vectors rather than their principal components.
    """
    signature = project.encoders.signature(head.encoder, head.tiles)
    if signature is None:
        return None
    store = project.embeddings(signature)

    def points_of(hashes: NDArray[np.uint8]) -> NDArray[np.float32]:
        from core.query.clustering import mean_tile, unit_rows
        from core.query.situation import as_points

        places = store.positions(hashes)
        known = np.flatnonzero(places >= 0)
        known = known[np.argsort(places[known], kind="stable")]  # as they lie on the disk
        vectors = np.zeros((len(hashes), signature.dim), np.float32)
        if len(known):
            vectors[known] = mean_tile(store.gather(places[known]))
        return unit_rows(vectors) if whole else as_points(vectors, seed=seed)

    return points_of
