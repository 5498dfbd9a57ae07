"""The map of the embeddings of a head's encoder: made once, kept beside them, new images placed into it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import find_hashes
from core.errors import EnvironmentProblem
from core.project.folder import map_file
from core.project.specs import signature_of
from core.store.columns import ImageTable
from core.values import Head

if TYPE_CHECKING:
    from core.arrays.embeddings import EmbeddingStore
    from core.arrays.map_file import KeptMap
    from core.project.facade import Project
    from core.review.embedding_map import EmbeddingMap

_BLOCK = 8192


@dataclass(frozen=True, slots=True, eq=False)
class ImageMap:
    ids: NDArray[np.int64]
    """(images,)"""
    places: NDArray[np.float32]
    """(images, 2)"""


def map_images(
    project: Project, head: Head, images: ImageTable, *, keep: bool, is_cancelled: Callable[[], bool] = bool
) -> ImageMap:
    """Every embedded image of these. `keep`: for the next time. Raises UserError where nothing is embedded."""
    from core.arrays.map_file import write_map

    signature = signature_of(project, head)
    store, file = project.embeddings(signature), map_file(project.folder, signature.folder)
    before = _read(file)
    kept = _follow(store, before, is_cancelled)
    if keep and kept is not before and not is_cancelled():
        with suppress(EnvironmentProblem):  # it is worked out again where the disk takes nothing
            write_map(file, kept)
    rows = find_hashes(kept.hashes, images.hashes)
    here = rows >= 0
    return ImageMap(images.ids[here], np.asarray(kept.places[rows[here]]))


def _read(file: Path) -> KeptMap | None:
    from core.arrays.map_file import read_map

    try:
        return read_map(file) if file.is_file() else None
    except EnvironmentProblem:
        return None


def _follow(store: EmbeddingStore, kept: KeptMap | None, is_cancelled: Callable[[], bool]) -> KeptMap:
    """What is kept with the images that came since, or a new map where there is none that fits."""
    index = store.index()
    found = _map_of(kept, store)
    if kept is None or found is None or found.outgrown(len(index)):
        return _make(store, is_cancelled)
    new = np.flatnonzero(find_hashes(kept.hashes, index.hashes) < 0)
    if not len(new):
        return kept
    hashes = np.concatenate([kept.hashes, index.hashes[new]])
    return _kept(found, hashes, np.concatenate([kept.places, _place(store, found, new, is_cancelled)]))


def _make(store: EmbeddingStore, is_cancelled: Callable[[], bool]) -> KeptMap:
    from core.review.embedding_map import choose_landmarks, make_map

    index = store.index()
    made = make_map(_vectors(store, choose_landmarks(len(index))), is_cancelled)
    return _kept(made, index.hashes, _place(store, made, np.arange(len(index)), is_cancelled))


def _map_of(kept: KeptMap | None, store: EmbeddingStore) -> EmbeddingMap | None:
    """None where it is of other vectors."""
    from core.query.clustering import Projection
    from core.review.embedding_map import EmbeddingMap

    signature = store.signature()
    if kept is None or signature is None or kept.centre.shape != (signature.dim,) or not len(kept.landmarks):
        return None
    projection = Projection(np.array(kept.centre), np.array(kept.axes))
    return EmbeddingMap(projection, np.array(kept.landmarks), np.array(kept.landmark_places))


def _kept(made: EmbeddingMap, hashes: NDArray[np.uint8], places: NDArray[np.float32]) -> KeptMap:
    from core.arrays.map_file import KeptMap

    return KeptMap(hashes, places, made.projection.centre, made.projection.axes, made.landmarks, made.places)


def _place(
    store: EmbeddingStore, made: EmbeddingMap, positions: NDArray[np.int64], is_cancelled: Callable[[], bool]
) -> NDArray[np.float32]:  # (n, 2)
    """A piece at a time: embeddings of a large project are gigabytes."""
    places = np.zeros((len(positions), 2), np.float32)
    for start in range(0, len(positions), _BLOCK):
        if is_cancelled():
            break
        places[start : start + _BLOCK] = made.place(_vectors(store, positions[start : start + _BLOCK]))
    return places


def _vectors(store: EmbeddingStore, positions: NDArray[np.int64]) -> NDArray[np.float32]:  # (n,) -> (n, dim)
    """Of an image with tiles their mean."""
    vectors = store.gather(positions).astype(np.float32)
    return vectors.mean(axis=1) if vectors.ndim == 3 else vectors
