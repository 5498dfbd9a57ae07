"""Where to look before anything is found: one image by chance of each cluster without an answer, small ones sooner.

What is rare makes a small cluster or none. In turn the smallest cluster and one by chance, so that a pool with many
odd images is looked at elsewhere too; and in a cluster by chance, as its middle is what is common in it.

Letters: n = images, d = values of a point, k = clusters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.query.clustering import COMPONENTS, Points, principal_components, seed_centres, weighted_kmeans
from core.query.situation import Situation

ANSWERED = 600
"""Answered images that hold a cluster, at most: those that chance picks."""


def of_unseen_clusters(situation: Situation) -> NDArray[np.int64]:
    """At most `count` open images, fewer where fewer clusters are without an answer."""
    rows, taken = situation.open_rows, np.flatnonzero(situation.found_mask | situation.refused_mask)
    if not len(rows):
        return rows
    rng = np.random.default_rng((situation.seed, len(taken)))
    if len(taken) > ANSWERED:
        taken = np.sort(rng.choice(taken, ANSWERED, replace=False))
    cluster = _clusters(_few_values(situation)[np.concatenate([rows, taken])], len(rows), situation.count, rng)
    return rows[_one_of_each(cluster[: len(rows)], np.unique(cluster[len(rows) :]), rng)]


def _clusters(points: Points, waiting: int, count: int, rng: np.random.Generator) -> NDArray[np.int64]:  # (n,)
    """The first `waiting` points are open; each of the others holds a cluster at first, and `count` more are made."""
    even = np.ones(len(points), dtype=np.float32)
    fixed = points[waiting:]
    centres = seed_centres(points[:waiting], even[:waiting], min(count, waiting), rng, fixed=fixed)
    return weighted_kmeans(points, even, centres)[1]


def _one_of_each(cluster: NDArray[np.int64], seen: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Positions, one of each cluster that is not `seen`: in turn of the smallest and of one by chance."""
    mixed = rng.permutation(len(cluster))
    mixed = mixed[~np.isin(cluster[mixed], seen)]
    _, first, sizes = np.unique(cluster[mixed], return_index=True, return_counts=True)
    members = mixed[first]  # of each cluster whichever comes first
    by_size, by_chance = np.argsort(sizes, kind="stable"), rng.permutation(len(members))
    turns = np.stack([by_size, by_chance], axis=1).ravel()
    _, once = np.unique(turns, return_index=True)
    return members[turns[np.sort(once)]]


def _few_values(situation: Situation) -> Points:
    points = situation.places()
    if points.shape[1] <= COMPONENTS:
        return points
    return principal_components(points, seed=situation.seed).apply(points)
