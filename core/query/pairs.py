"""Which two images to compare next: those whose answer is expected to settle most of what is open about all scores.

Cohn, Ghahramani & Jordan, "Active learning with statistical models" (1996): ask what lowers the variance that remains
over the pool, here with the answers of Chu & Ghahramani, "Preference learning with Gaussian processes" (2005), in the
normal approximation. What would move all scores alike does not count, as no comparison can tell it. Each chosen pair
counts as answered for those after it, so that a batch does not ask the same thing several times.

It holds its own small Gaussian process with usual values, not the head's: what is asked depends on where images lie and
on what was said of them, and so it is known at once, before the head has learned the last answer.

Letters: n = images, c = candidates among them, t = things told (brackets and judged pairs), q = pairs considered.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.query.clustering import unit_rows

CANDIDATES = 512
"""Images of a larger pool that are looked at, drawn by chance."""
TOLD = 400
"""So many brackets and so many pairs at most count as told; more would settle nothing else among the candidates."""
_CONSIDERED = 1000
"""Pairs of candidates, drawn by chance."""
_DEVIATION = 0.2
"""Of scores (0 to 1) over a pool."""
_NOISE = 0.1
"""Of a person's opinion of one image: a bracket."""
_STEEPNESS = 1.702 / (np.sqrt(2.0) * _NOISE)
"""Of the logistic curve that follows the difference of two such opinions."""
_LEAST_CURVATURE = 1.0
_LEAST_VARIANCE = 1e-12

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PairPool:
    """Images to ask about, and what was said of them and of others."""

    points: NDArray[np.floating]
    """(n, d) embeddings"""
    scores: NDArray[np.floating]
    """(n,) what the head says, 0 to 1; NaN where it says nothing yet"""
    asked: NDArray[np.bool_]
    """(n,) candidates; the others are there for what was said of them"""
    scored: NDArray[np.bool_]
    """(n,) with a bracket"""
    judged: NDArray[np.int64]
    """(j, 2) rows of pairs that were judged"""
    skipped: NDArray[np.int64]
    """(k, 2) rows of pairs that were left open: they tell nothing and are not asked again"""


@dataclass(frozen=True, slots=True, eq=False)
class ChosenPairs:
    rows: NDArray[np.int64]
    """(k, 2) rows of the pool, those that settle most first"""
    settles: NDArray[np.float64]
    """(k,) share of the variance open over the candidates that the answer is expected to take away"""


def choose_pairs(pool: PairPool, count: int, *, seed: int = 0) -> ChosenPairs:
    """Up to `count` pairs of different candidates, no image twice, none that was judged or skipped."""
    rng = np.random.default_rng(seed)
    candidates = np.flatnonzero(pool.asked)
    left, right = _considered(pool, candidates, rng)
    if not len(left):
        return ChosenPairs(np.empty((0, 2), np.int64), np.empty(0))
    scores = np.where(np.isfinite(pool.scores), pool.scores, 0.5).astype(np.float64)
    covariance = _covariance(pool, candidates, scores)
    apart = scores[candidates[left]] - scores[candidates[right]]
    left_open = float(np.trace(covariance) - covariance.mean() * len(covariance))  # but what moves all scores alike
    moved = covariance[left] - covariance[right]  # (q, c)
    at = np.arange(len(left))
    variance = np.maximum(moved[at, left] - moved[at, right], _LEAST_VARIANCE)
    moved -= moved.mean(axis=1, keepdims=True)
    reach = np.einsum("qc,qc->q", moved, moved)
    free = np.ones(len(left), np.bool_)
    chosen: list[NDArray[np.int64]] = []
    settles: list[float] = []
    while len(chosen) < count and free.any():
        spread = 1.0 / _curvature(apart, variance) + variance
        gain = reach / spread
        best = int(np.argmax(np.where(free, gain, -1.0)))
        pair = np.array([left[best], right[best]])
        chosen.append(candidates[pair if rng.random() < 0.5 else pair[::-1]])
        settles.append(float(gain[best]) / max(left_open, _LEAST_VARIANCE))
        left_open -= float(gain[best])
        told = moved[best].copy()
        share = (told[left] - told[right]) / spread[best]  # (q,) of what is told that each pair takes over
        reach = np.maximum(reach - 2.0 * share * (moved @ told) + share**2 * reach[best], 0.0)
        variance = np.maximum(variance - share**2 * spread[best], _LEAST_VARIANCE)
        moved -= share[:, None] * told
        free &= ~np.isin(left, pair) & ~np.isin(right, pair)
    return ChosenPairs(np.array(chosen, np.int64).reshape(-1, 2), np.array(settles))


def choose_four(pool: PairPool, *, seed: int = 0) -> NDArray[np.int64]:
    """Four rows (4,) of which the best is asked: two chosen pairs; fewer than four where the pool has no more."""
    return choose_pairs(pool, 2, seed=seed).rows.ravel()


def _considered(
    pool: PairPool, candidates: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places among the candidates, left (q,) and right (q,): all pairs where they are few, else some by chance."""
    c = len(candidates)
    if c * (c - 1) // 2 <= _CONSIDERED:
        left, right = np.triu_indices(c, 1)
    else:
        left, right = np.sort(rng.integers(0, c, (2, _CONSIDERED)), axis=0)
    held = np.sort(np.concatenate([pool.judged, pool.skipped]), axis=1)
    n = len(pool.points)
    known = np.isin(candidates[left] * n + candidates[right], held[:, 0] * n + held[:, 1])
    kept = (left != right) & ~known
    return left[kept], right[kept]


def _covariance(pool: PairPool, candidates: NDArray[np.int64], scores: NDArray[np.float64]) -> Matrix:
    """Of the candidates' scores (c, c) after all that was told."""
    rows = unit_rows(pool.points)
    alike = rows[candidates] @ rows[candidates].T
    width = _typical_square(alike)
    own = _kernel(alike, width)
    brackets = _evenly(np.flatnonzero(pool.scored))
    pairs = _evenly(pool.judged)
    told = len(brackets) + len(pairs)
    if told == 0:
        return own
    seen, places = np.unique(np.concatenate([brackets, pairs.ravel()]), return_inverse=True)
    one, (winner, loser) = places[: len(brackets)], places[len(brackets) :].reshape(-1, 2).T

    def of_told(values: Matrix) -> Matrix:  # (images that were told of, k) -> (t, k)
        return np.concatenate([values[one], values[winner] - values[loser]])

    curvature = np.maximum(_curvature(scores[pairs[:, 0]] - scores[pairs[:, 1]], 0.0), _LEAST_CURVATURE)
    noise = np.concatenate([np.full(len(brackets), _NOISE**2), 1.0 / curvature])
    shared = of_told(_kernel(rows[seen] @ rows[candidates].T, width))  # (t, c)
    among = of_told(of_told(_kernel(rows[seen] @ rows[seen].T, width)).T) + np.diag(noise)
    left: Matrix = own - shared.T @ np.linalg.solve(among, shared)
    return left


def _curvature(apart: NDArray[np.float64], variance: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Expected curvature of an answer's log likelihood, of a difference known to `variance` (MacKay, 1992)."""
    flatter = 1.0 / np.sqrt(1.0 + np.pi * _STEEPNESS**2 * variance / 8.0)
    chance = 1.0 / (1.0 + np.exp(-_STEEPNESS * flatter * apart))
    bent: NDArray[np.float64] = _STEEPNESS**2 * flatter * chance * (1.0 - chance)
    return np.maximum(bent, _LEAST_VARIANCE)


def _kernel(alike: NDArray[np.float32], width: float) -> Matrix:
    """Of the products of unit rows."""
    kernel: Matrix = _DEVIATION**2 * np.exp((alike - np.float32(1.0)) / np.float32(width)).astype(np.float64)
    return kernel


def _typical_square(alike: NDArray[np.float32]) -> float:
    """Median squared distance of different images, 1 where there is none."""
    apart = 2.0 - 2.0 * alike[np.triu_indices(len(alike), 1)]
    typical = float(np.median(apart)) if len(apart) else 0.0
    return typical if typical > 1e-9 else 1.0


def _evenly(told: NDArray[np.int64]) -> NDArray[np.int64]:
    """At most TOLD of them, evenly drawn."""
    if len(told) <= TOLD:
        return told
    return told[np.linspace(0, len(told) - 1, TOLD).astype(np.int64)]
