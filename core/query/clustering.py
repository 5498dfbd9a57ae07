"""Weighted k-means on principal components: the ground of coverage and cold start.

Lloyd, "Least squares quantization in PCM" (1982); seeding by Arthur & Vassilvitskii, "k-means++" (2007).

Letters: n = images, d = values of a point, k = clusters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]
"""(n, d)"""

COMPONENTS = 64
_BLOCK = 2048
_SAMPLE = 4096
_OVERSAMPLING = 16
_POWER_STEPS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """The directions in which unit embeddings differ most."""

    centre: NDArray[np.float32]
    """(dim,)"""
    axes: NDArray[np.float32]
    """(dim, d)"""

    def apply(self, embeddings: NDArray[np.floating]) -> Points:
        """Points (n, d) of embeddings (n, dim), block by block."""
        found = np.empty((len(embeddings), self.axes.shape[1]), dtype=np.float32)
        for start in range(0, len(embeddings), _BLOCK):
            rows = unit_rows(embeddings[start : start + _BLOCK])
            found[start : start + _BLOCK] = (rows - self.centre) @ self.axes
        return found


def unit_rows(embeddings: NDArray[np.floating]) -> NDArray[np.float32]:
    """Rows of length 1; values that are not finite count as 0."""
    rows = np.asarray(embeddings, dtype=np.float32)
    squares = np.einsum("nd,nd->n", rows, rows)
    if not np.isfinite(squares).all():
        rows = np.nan_to_num(rows, nan=0.0, posinf=0.0, neginf=0.0)
        squares = np.einsum("nd,nd->n", rows, rows)
    return np.asarray(rows / np.maximum(np.sqrt(squares), 1e-12)[:, None], dtype=np.float32)


def mean_tile(embeddings: NDArray[np.floating]) -> NDArray[np.floating]:
    """One vector for each image (k, dim), as it is or, of tiles, the mean of their unit vectors."""
    if embeddings.ndim == 2:
        return embeddings
    values = np.nan_to_num(np.asarray(embeddings, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    lengths = np.linalg.norm(values, axis=2, keepdims=True)  # (k, tiles, 1)
    mean: NDArray[np.float32] = (values / np.maximum(lengths, 1e-12)).mean(axis=1)
    return mean


def principal_components(
    embeddings: NDArray[np.floating], *, components: int = COMPONENTS, seed: int = 0
) -> Projection:
    """From a seeded draw of at most 4,096 rows; never more components than rows or values."""
    n, dim = embeddings.shape
    chosen = np.arange(n)
    if n > _SAMPLE:
        chosen = np.sort(np.random.default_rng(seed).choice(n, _SAMPLE, replace=False))
    rows = unit_rows(np.asarray(embeddings[chosen]))
    centre = rows.mean(axis=0) if n else np.zeros(dim, dtype=np.float32)
    rows -= centre
    axes = _leading_axes(rows, min(components, max(n, 1), dim), np.random.default_rng(seed))
    return Projection(centre.astype(np.float32), axes)


def _leading_axes(rows: NDArray[np.float32], count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Orthonormal (dim, count), most of the spread first: Halko, Martinsson & Tropp, "Finding structure with
    randomness" (2011), with a few steps of subspace iteration."""
    dim = rows.shape[1]
    basis = rng.standard_normal((dim, min(count + _OVERSAMPLING, dim))).astype(np.float32)
    for _ in range(_POWER_STEPS):
        basis, _ = np.linalg.qr(rows.T @ (rows @ basis))
    _, _, turned = np.linalg.svd(rows @ basis, full_matrices=False)
    return np.ascontiguousarray((basis @ turned.T)[:, :count], dtype=np.float32)


def squared_distances(points: Points, centres: Points) -> NDArray[np.float32]:
    """(n, k), never below 0."""
    lengths = np.einsum("nd,nd->n", points, points)[:, None] + np.einsum("kd,kd->k", centres, centres)
    lengths -= 2.0 * (points @ centres.T)
    return np.asarray(np.maximum(lengths, 0.0), dtype=np.float32)


def typical_apart(apart: NDArray[np.floating]) -> float:
    """A squared distance that is usual among those of `apart` (any shape), above 0: their median, or a quarter of their
    mean where more than half of them lie inside one tight clump."""
    return max(float(np.median(apart)), float(np.mean(apart)) / 4.0, 1e-12)


def seed_centres(
    points: Points, weights: NDArray[np.floating], count: int, rng: np.random.Generator, *, fixed: Points
) -> Points:
    """`fixed` centres and `count` more, drawn by weight times squared distance to those already there (k-means++)."""
    nearest = np.full(len(points), np.inf, dtype=np.float32)
    for start in range(0, len(points) if len(fixed) else 0, _BLOCK):
        nearest[start : start + _BLOCK] = squared_distances(points[start : start + _BLOCK], fixed).min(axis=1)
    centres = [fixed]
    for _ in range(count):
        chances = weights if np.isinf(nearest).any() else weights * nearest
        total = float(chances.sum())
        chosen = int(rng.integers(len(points))) if total <= 0 else int(rng.choice(len(points), p=chances / total))
        centres.append(points[chosen : chosen + 1])
        nearest = np.minimum(nearest, squared_distances(points, points[chosen : chosen + 1])[:, 0])
    return np.concatenate(centres)


def assign(points: Points, centres: Points) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The nearest centre of each point and the squared distance to it, (n,) each."""
    nearest = np.empty(len(points), dtype=np.int64)
    distance = np.empty(len(points), dtype=np.float32)
    towards = np.ascontiguousarray(-2.0 * centres.T)  # (d, k)
    lengths = np.einsum("kd,kd->k", centres, centres)
    for start in range(0, len(points), _BLOCK):
        rows = points[start : start + _BLOCK]
        block = rows @ towards  # (rows, k): squared distance less the point's own length
        block += lengths
        found = block.argmin(axis=1)
        nearest[start : start + _BLOCK] = found
        own = np.einsum("nd,nd->n", rows, rows)
        distance[start : start + _BLOCK] = np.maximum(block[np.arange(len(rows)), found] + own, 0.0)
    return nearest, distance


def weighted_kmeans(
    points: Points, weights: NDArray[np.floating], centres: Points, *, iterations: int = 8
) -> tuple[Points, NDArray[np.int64], NDArray[np.float32]]:
    """Lloyd's steps from `centres` (k, d): new centres, the cluster of each point, its squared distance to the centre.

    A cluster without weight stays where it was. Ends early when no point changes its cluster.
    """
    moved = centres.astype(np.float32, copy=True)
    nearest, distance = assign(points, moved)
    for _ in range(iterations):
        moved = _centres_of(points, weights, nearest, moved)
        before = nearest
        nearest, distance = assign(points, moved)
        if np.array_equal(before, nearest):
            break
    return moved, nearest, distance


def _centres_of(points: Points, weights: NDArray[np.floating], nearest: NDArray[np.int64], centres: Points) -> Points:
    order = np.argsort(nearest, kind="stable")
    filled, starts = np.unique(nearest[order], return_index=True)
    heavy = weights.astype(np.float32)[order]
    mass = np.add.reduceat(heavy, starts)  # (filled,)
    sums = np.add.reduceat(points[order] * heavy[:, None], starts)  # (filled, d)
    moved = centres.copy()
    moved[filled] = np.where(mass[:, None] > 0, sums / np.maximum(mass, 1e-30)[:, None], centres[filled])
    return moved
