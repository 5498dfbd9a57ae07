"""Strategies that choose a batch together: doubt first, then unlike each other.

Each takes a `Situation` of a bounded draw and gives positions of at most `count` open images, the first to be asked
first. Letters: n = images, d = values of a point, k = images asked.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.query.clustering import Points, seed_centres, squared_distances, weighted_kmeans
from core.query.doubts import dissent, doubt, mean_vote
from core.query.facility import most_standing
from core.query.situation import Situation
from core.values import HeadKind

POOLED = 25
"""Times the batch: so many of the most doubtful are clustered."""
FALCUN_SHARPNESS = 10.0


def descending(rows: NDArray[np.int64], values: NDArray[np.floating]) -> NDArray[np.int64]:
    """Rows by value, largest first; ties by position; values that are not numbers last."""
    return rows[np.argsort(-np.nan_to_num(np.asarray(values, dtype=np.float32), nan=-np.inf), kind="stable")]


def mixed(first: NDArray[np.int64], second: NDArray[np.int64], *, share: float) -> NDArray[np.int64]:
    """Both in their order, `first` at this share of the places, spread evenly; each image once."""
    turns = np.concatenate([(np.arange(len(first)) + 1) / share, (np.arange(len(second)) + 1) / (1.0 - share)])
    together = np.concatenate([first, second])[np.argsort(turns, kind="stable")]
    _, once = np.unique(together, return_index=True)
    return together[np.sort(once)]


def margin_and_kmeans(situation: Situation) -> NDArray[np.int64]:
    """The smallest margins, one of each cluster: Zhdanov (2019)."""
    values = doubt(situation)
    rows = descending(situation.open_rows, values[situation.open_rows])[: POOLED * situation.count]
    return central_of_clusters(situation.places(), rows, values[rows], situation.count, seed=situation.seed)


def central_of_clusters(
    points: Points, rows: NDArray[np.int64], values: NDArray[np.floating], count: int, *, seed: int
) -> NDArray[np.int64]:
    """Of `rows` (k,) with `values` (k,) the most central of each of `count` clusters, the weightiest cluster first."""
    if len(rows) <= count:
        return descending(rows, values)
    here, weights = points[rows], np.maximum(np.nan_to_num(values, nan=0.0), 1e-6).astype(np.float32)
    centres = seed_centres(here, weights, count, np.random.default_rng(seed), fixed=here[:0])
    _, cluster, distance = weighted_kmeans(here, weights, centres)
    mass = np.bincount(cluster, weights=weights, minlength=count)
    by_distance = np.argsort(distance, kind="stable")
    found, first = np.unique(cluster[by_distance], return_index=True)
    chosen = by_distance[first][np.argsort(-mass[found], kind="stable")]
    return np.concatenate([rows[chosen], rows[~np.isin(np.arange(len(rows)), chosen)]])[:count]


def margin_and_facility_location(situation: Situation) -> NDArray[np.int64]:
    """Of the smallest margins those that stand for the others: Wei, Iyer & Bilmes (2015), greedily."""
    values = doubt(situation)
    rows = descending(situation.open_rows, values[situation.open_rows])[: POOLED * situation.count]
    points = situation.places()[rows]
    apart = squared_distances(points, points)
    likeness = np.exp(-apart / max(float(np.median(apart)), 1e-12))
    return rows[most_standing(likeness, situation.count)]


def badge(situation: Situation) -> NDArray[np.int64]:
    """k-means++ on the gradients that the likeliest answers would have in the last layer: Ash et al. (2020).

    A gradient is the outer product of what the vote lacks and the point, and is never made: lengths and dot products
    of outer products are products of those of their parts.
    """
    rows = situation.open_rows
    lack = _lack(mean_vote(situation)[rows], situation.kind)
    points = situation.places()[rows]
    points = np.concatenate([points, np.ones((len(rows), 1), dtype=np.float32)], axis=1)
    lengths = (lack**2).sum(axis=1) * (points**2).sum(axis=1)
    rng, chosen = np.random.default_rng(situation.seed), [int(lengths.argmax())] if len(rows) else []
    nearest = np.full(len(rows), np.inf, dtype=np.float32)
    while 0 < len(chosen) < min(situation.count, len(rows)):
        last = chosen[-1]
        apart = lengths + lengths[last] - 2.0 * (lack @ lack[last]) * (points @ points[last])
        nearest = np.minimum(nearest, np.maximum(apart, 0.0))
        chosen.append(_drawn(nearest, chosen, rng))
    return rows[np.array(chosen, dtype=np.int64)]


def falcun(situation: Situation) -> NDArray[np.int64]:
    """Doubt and unlikeness of the votes, drawn by their sum: Gilhuber et al. (2024)."""
    rows = situation.open_rows
    votes, unsure = np.nan_to_num(mean_vote(situation)[rows], nan=0.5), _from_0_to_1(doubt(situation)[rows])
    rng, chosen = np.random.default_rng(situation.seed), list[int]()
    apart = unsure.copy()
    while len(chosen) < min(situation.count, len(rows)):
        worth = (unsure + _from_0_to_1(apart)) / 2.0
        chosen.append(_drawn(worth**FALCUN_SHARPNESS, chosen, rng))
        apart = np.minimum(apart, np.abs(votes - votes[chosen[-1]]).sum(axis=1))
    return rows[np.array(chosen, dtype=np.int64)]


def dropquery(situation: Situation) -> NDArray[np.int64]:
    """Images of which half of the members say otherwise than the mean vote, one of each cluster.

    Gupte et al. (2024) drop parts of the input; here the members of the committee differ instead.
    """
    rows, against = situation.open_rows, dissent(situation)[situation.open_rows]
    split = rows[against >= 0.5]
    if len(split) < situation.count:
        split = descending(rows, against)[: max(situation.count, len(split))]
    return central_of_clusters(situation.places(), split, np.ones(len(split)), situation.count, seed=situation.seed)


def _lack(votes: NDArray[np.float32], kind: HeadKind) -> NDArray[np.float32]:
    """What the votes (k, outputs) lack of certainty about their likeliest answer; 0 where nothing is said."""
    if kind is HeadKind.CLASS:
        likeliest = np.nan_to_num(votes, nan=-1.0).argmax(axis=1)
        sure = np.eye(votes.shape[1], dtype=np.float32)[likeliest]
    else:
        sure = (votes > 0.5).astype(np.float32)
    return np.asarray(np.nan_to_num(votes - sure, nan=0.0), dtype=np.float32)


def _from_0_to_1(values: NDArray[np.floating]) -> NDArray[np.float32]:
    known = np.nan_to_num(np.asarray(values, dtype=np.float32), nan=0.0)
    low, high = float(known.min(initial=np.inf)), float(known.max(initial=-np.inf))
    return np.asarray((known - low) / (high - low) if high > low else np.ones_like(known), dtype=np.float32)


def _drawn(worth: NDArray[np.floating], chosen: list[int], rng: np.random.Generator) -> int:
    """By chance in proportion to its worth (k,); any that is left where none has worth."""
    chances = np.nan_to_num(np.asarray(worth, dtype=np.float64), nan=0.0, posinf=0.0)
    chances[chosen] = 0.0
    total = chances.sum()
    if total > 0:
        return int(rng.choice(len(chances), p=chances / total))
    return int(rng.choice(np.setdiff1d(np.arange(len(chances)), chosen)))
