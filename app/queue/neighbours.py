"""Which answered images an image is looked at beside: its nearest ones, and an example of the answer it is to get.

Letters: n = answered images, dim = values of an embedding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays.embeddings import EmbeddingStore
from core.query.clustering import mean_tile, unit_rows
from core.values import ImageId

NEAREST = 2


@dataclass(frozen=True, slots=True, eq=False)
class NeighbourQuestion:
    store: EmbeddingStore
    main: NDArray[np.uint8]
    """(1, 32) hash of the image"""
    ids: NDArray[np.int64]
    """(n,) answered images, the image itself left out"""
    hashes: NDArray[np.uint8]
    """(n, 32)"""
    alike: NDArray[np.bool_]
    """(n,) those whose answer is the one that the image has or is proposed"""


@dataclass(frozen=True, slots=True)
class Neighbours:
    nearest: tuple[ImageId, ...]
    example: ImageId | None
    """The answered image that stands for its answer: nearest to the middle of all that have it."""


def find_neighbours(question: NeighbourQuestion) -> Neighbours:
    """No neighbours where the image has no vector yet."""
    store = question.store
    here, rows = store.positions(question.main), store.positions(question.hashes)
    known = np.flatnonzero(rows >= 0)
    if here[0] < 0 or len(known) == 0:
        return Neighbours((), None)
    vectors = unit_rows(np.asarray(mean_tile(store.gather(rows[known])), np.float32))  # (n, dim)
    main = unit_rows(np.asarray(mean_tile(store.gather(here)), np.float32))[0]
    order = np.argsort(-(vectors @ main), kind="stable")
    ids = question.ids[known]
    nearest = ids[order[:NEAREST]]
    left = np.flatnonzero(question.alike[known] & ~np.isin(ids, nearest))
    example = None
    if len(left):
        middle = vectors[question.alike[known]].mean(axis=0)
        example = ImageId(int(ids[left[np.argmax(vectors[left] @ middle)]]))
    return Neighbours(tuple(ImageId(int(one)) for one in nearest), example)
