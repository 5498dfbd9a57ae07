"""Points in a plane that keep neighbours together: t-SNE, its repulsion worked out on a grid.

van der Maaten & Hinton, "Visualizing data using t-SNE" (2008); equal weights for the nearest neighbours instead of a
perplexity, which Böhm, Berens & Kobak, "Attraction-repulsion spectrum" (2022) found to do as well; the repulsion by
fast Fourier transforms as in Linderman et al., "Fast interpolation-based t-SNE" (2019), here with bilinear weights.

Letters: m = points, d = values of a point, k = neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.query.clustering import squared_distances

Plane = NDArray[np.float32]
"""(m, 2)"""

NEIGHBOURS = 20
_EARLY, _ROUNDS = 100, 300
_EXAGGERATION = 12.0
_CELL = 0.5
"""Width of a grid cell; the kernel is one wide."""
_GRID = (32, 320)
_FEWEST = 16
"""Fewer points lie well as they start."""
_BLOCK = 1024
_START = 1e-2
_RATE = 0.25
"""Of the points, as learning rate: beyond it a few points overshoot."""


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Who attracts whom: each pair once in both directions, weights summing to 1."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    weights: NDArray[np.float32]


def lay_out(
    points: NDArray[np.float32], start: Plane, *, rounds: int = _ROUNDS, is_cancelled: Callable[[], bool] = bool
) -> Plane:
    """points (m, d), start (m, 2), such as the first two principal components. The same input gives the same plane."""
    m = len(points)
    if m < _FEWEST:
        return start.astype(np.float32)
    edges = find_edges(points, min(NEIGHBOURS, m // 4))  # where everybody is everybody's neighbour, all fall together
    spread = float(start[:, 0].std()) or 1.0
    plane = (start / spread * _START).astype(np.float32)
    step = np.zeros_like(plane)
    gains = np.ones_like(plane)
    for turn in range(rounds):
        if is_cancelled():
            break
        early = turn < _EARLY
        stretch = np.float32(_EXAGGERATION if early else 1.0)
        rate = np.float32(m * _RATE) / stretch
        pull = _attraction(plane, edges) * stretch
        push, total = _repulsion(plane)
        gradient = 4 * (pull - push / total)
        same = np.sign(gradient) == np.sign(step)
        gains = np.maximum(np.where(same, gains * 0.8, gains + 0.2), 0.01).astype(np.float32)
        step = np.float32(0.5 if early else 0.8) * step - rate * gains * gradient
        plane = plane + step
        plane -= plane.mean(axis=0)
    return plane


def find_edges(points: NDArray[np.float32], k: int) -> Edges:
    """The k nearest of each point, symmetric."""
    m = len(points)
    nearest = np.empty((m, k), np.int64)
    for start in range(0, m, _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, m))
        far = squared_distances(points[rows], points)
        far[np.arange(len(rows)), rows] = np.inf
        nearest[rows] = np.argpartition(far, k - 1, axis=1)[:, :k]
    one, other = np.repeat(np.arange(m), k), nearest.ravel()
    codes, counts = np.unique(np.concatenate([one * m + other, other * m + one]), return_counts=True)
    weights = (counts / counts.sum()).astype(np.float32)
    return Edges(codes // m, codes % m, weights)


def _attraction(plane: Plane, edges: Edges) -> Plane:
    apart = plane[edges.first] - plane[edges.second]
    pull = edges.weights / (1 + np.einsum("ed,ed->e", apart, apart))
    return np.stack([np.bincount(edges.first, pull * apart[:, axis], len(plane)) for axis in range(2)], axis=1).astype(
        np.float32
    )


def _repulsion(plane: Plane) -> tuple[Plane, np.float32]:
    """What pushes each point, and the sum of all similarities that it is divided by."""
    low = plane.min(axis=0)
    span = float((plane.max(axis=0) - low).max()) or 1.0
    cells = int(np.clip(np.ceil(span / _CELL), *_GRID))
    width = span / (cells - 1)
    at = (plane - low) / np.float32(width)
    corner = np.clip(at.astype(np.int64), 0, cells - 2)
    part = at - corner
    places, shares = _corners(corner, part, cells)
    mass = np.bincount(places.ravel(), shares.ravel(), cells * cells).reshape(cells, cells).astype(np.float32)
    side = 2 * cells
    spectrum = np.fft.rfft2(mass, (side, side))
    found = [
        np.fft.irfft2(spectrum * kernel, (side, side))[:cells, :cells].ravel()[places]
        for kernel in _kernels(cells, width)
    ]
    similar, east, north = ((values * shares).sum(axis=1) for values in found)
    own = float(_felt_of_itself(shares, width).sum())  # each point is no neighbour of its own
    total = np.float32(max(float(similar.sum()) - own, 1e-6 * len(plane)))
    return np.stack([east, north], axis=1).astype(np.float32), total


def _corners(
    corner: NDArray[np.int64], part: NDArray[np.float32], cells: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:  # (m, 4) each
    """The four cells around each point, and its share in each."""
    base = corner[:, 0] * cells + corner[:, 1]
    places = base[:, None] + np.array([0, 1, cells, cells + 1])
    x, y = part[:, 0], part[:, 1]
    return places, np.stack([(1 - x) * (1 - y), (1 - x) * y, x * (1 - y), x * y], axis=1)


def _felt_of_itself(shares: NDArray[np.floating], width: float) -> NDArray[np.floating]:  # (m,)
    """A point spread over four cells is not quite as similar to itself as 1."""
    a, b, c, d = shares.T
    beside, across = 1 / (1 + width**2), 1 / (1 + 2 * width**2)
    return np.asarray(
        (shares**2).sum(axis=1) + 2 * beside * (a * b + a * c + b * d + c * d) + 2 * across * (a * d + b * c)
    )


def _kernels(cells: int, width: float) -> list[NDArray[np.complexfloating]]:
    """Spectra of 1 / (1 + r²) and of the two parts of (x, y) / (1 + r²)²."""
    side = 2 * cells
    offset = np.arange(side, dtype=np.float32)
    offset = np.where(offset < cells, offset, offset - side) * np.float32(width)
    x, y = offset[:, None], offset[None, :]
    near = 1 / (1 + x * x + y * y)
    return [np.fft.rfft2(kernel) for kernel in (near, x * near**2, y * near**2)]
