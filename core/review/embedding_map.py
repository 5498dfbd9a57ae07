"""A map of embeddings: landmarks are laid out so that neighbours stay together, all others go between their nearest.

Letters: n = images, dim = values of an embedding, m = landmarks, d = components, k = landmarks around one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.query.clustering import Projection, principal_components, squared_distances
from core.review.layout import Plane, lay_out

LANDMARKS = 3000
COMPONENTS = 32
_AROUND = 16
_BETWEEN = 3
"""Landmarks that an image goes between; measured (docs/performance.md)."""
_BLOCK = 512
_GROWTH = 1.5
_TINY = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddingMap:
    projection: Projection
    landmarks: NDArray[np.float32]
    """(m, d)"""
    places: Plane
    """(m, 2) of the landmarks"""

    def place(self, embeddings: NDArray[np.floating]) -> Plane:  # (n, dim) -> (n, 2)
        """A landmark's own embedding comes out at its place."""
        around = _nearest(self.landmarks, self.landmarks, min(_AROUND, len(self.landmarks)))
        found = np.empty((len(embeddings), 2), np.float32)
        for start in range(0, len(embeddings), _BLOCK):
            points = self.projection.apply(embeddings[start : start + _BLOCK])
            found[start : start + _BLOCK] = self._between(points, around)
        return found

    def outgrown(self, images: int) -> bool:
        """Whether so many images deserve more landmarks."""
        return _GROWTH * len(self.landmarks) < min(images, LANDMARKS)

    def _between(self, points: NDArray[np.float32], around: NDArray[np.int64]) -> Plane:
        lengths = np.einsum("md,md->m", self.landmarks, self.landmarks)
        closest = (2 * (points @ self.landmarks.T) - lengths).argmax(axis=1)
        near = around[closest]  # (n, k): the landmarks around the closest one hold nearly always the others
        apart = self.landmarks[near] - points[:, None]
        far = np.einsum("nkd,nkd->nk", apart, apart)
        chosen = np.argsort(far, axis=1, kind="stable")[:, :_BETWEEN]
        weights = 1 / (np.take_along_axis(far, chosen, axis=1) + _TINY)
        weights /= weights.sum(axis=1, keepdims=True)
        places = self.places[np.take_along_axis(near, chosen, axis=1)]
        return np.asarray(np.einsum("nk,nkc->nc", weights, places), np.float32)


def choose_landmarks(images: int, *, seed: int = 0) -> NDArray[np.int64]:
    """Which rows a map is made of, rising."""
    if images <= LANDMARKS:
        return np.arange(images)
    return np.sort(np.random.default_rng(seed).choice(images, LANDMARKS, replace=False))


def make_map(embeddings: NDArray[np.floating], is_cancelled: Callable[[], bool] = bool) -> EmbeddingMap:
    """Of the landmarks' embeddings (m, dim)."""
    projection = principal_components(embeddings, components=COMPONENTS)
    points = projection.apply(embeddings)
    start = np.zeros((len(points), 2), np.float32)
    start[:, : points.shape[1]] = points[:, :2]
    return EmbeddingMap(projection, points, lay_out(points, start, is_cancelled=is_cancelled))


def _nearest(points: NDArray[np.float32], known: NDArray[np.float32], k: int) -> NDArray[np.int64]:  # (n, k)
    found = np.empty((len(points), k), np.int64)
    for start in range(0, len(points), _BLOCK):
        far = squared_distances(points[start : start + _BLOCK], known)
        found[start : start + _BLOCK] = np.argpartition(far, k - 1, axis=1)[:, :k]
    return found
