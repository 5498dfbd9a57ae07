"""Utility-weighted coverage: cover what the head is unsure of, and nothing twice.

The pool is clustered into as many clusters as there are annotated images plus images to ask, each image weighted by its
utility; clusters that hold an annotated image are covered; from the heaviest others one image each is asked. With all
utilities equal this is cold start by centroids (Yuan, Lin & Boyd-Graber, "Cold-start active learning", 2020); weighted
k-means for batches is Zhdanov, "Diverse mini-batch active learning" (2019); skipping covered clusters is Hacohen,
Dekel & Weinshall, "Active learning on a budget" (TypiClust, 2022).

Letters: n = images, d = values of a point.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.query.clustering import (
    COMPONENTS,
    Points,
    assign,
    principal_components,
    seed_centres,
    weighted_kmeans,
)

POWER = 2.0
"""Utilities enter to this power: of 1, 2 and 4 the best by a little after the first images (docs/learning.md)."""
FIRST_IMAGES = 10
"""So many stand for a pool that nothing is answered of."""
CLUSTER_LIMIT = 600
"""More clusters than this are not made: only the annotated images nearest to what is unsure take part."""
CANDIDATE_LIMIT = 2048
"""A larger pool is clustered on a draw of this many images, by utility."""


def utility_weighted_coverage(
    embeddings: NDArray[np.floating],
    utility: NDArray[np.floating],
    annotated_mask: NDArray[np.bool_],
    batch: int,
    *,
    power: float = POWER,
    seed: int = 0,
    excluded_mask: NDArray[np.bool_] | None = None,
) -> NDArray[np.int64]:
    """Positions of up to `batch` images to ask, the most rewarding cluster first; fewer only where the pool is smaller.

    `embeddings` (n, dim); more than 64 values are projected to principal components first, so give points where they
    are at hand. Excluded images are neither asked nor do they pull a cluster; annotated ones are never asked.
    """
    excluded = np.zeros(len(embeddings), dtype=np.bool_) if excluded_mask is None else excluded_mask
    weights = utility_weights(utility, power)
    open_rows = np.flatnonzero(~annotated_mask & ~excluded)
    batch = min(batch, len(open_rows))
    if batch <= 0:
        return np.empty(0, dtype=np.int64)
    rng = np.random.default_rng(seed)
    open_rows = drawn_by_weight(open_rows, weights[open_rows], rng, limit=max(CANDIDATE_LIMIT, batch))
    taken = np.flatnonzero(annotated_mask & ~excluded)
    points = points_of(embeddings, np.concatenate([open_rows, taken]), seed)
    asked, answered = points[: len(open_rows)], points[len(open_rows) :]
    near = nearest_to_weight(asked, weights[open_rows], answered, max(CLUSTER_LIMIT - batch, 0))
    picked = _pick(asked, weights[open_rows], answered[near], weights[taken[near]], batch, rng)
    return open_rows[picked]


def even_coverage(
    points: NDArray[np.floating],
    annotated: NDArray[np.bool_],
    excluded: NDArray[np.bool_],
    count: int,
    *,
    seed: int = 0,
) -> NDArray[np.int64]:
    """Coverage with all utilities equal (at most `count`,), the first images of a pool chosen for themselves."""
    even = np.ones(len(points), dtype=np.float32)
    asked = np.empty(0, dtype=np.int64)
    taken = annotated.copy()
    for batch in (min(max(FIRST_IMAGES - int((annotated & ~excluded).sum()), 0), count), count):
        more = utility_weighted_coverage(points, even, taken, batch - len(asked), seed=seed, excluded_mask=excluded)
        asked = np.concatenate([asked, more])
        taken[asked] = True
    return asked


def points_of(embeddings: NDArray[np.floating], rows: NDArray[np.int64], seed: int) -> Points:
    """Points (k, d) of some rows (k,); the directions are those of all embeddings."""
    if embeddings.shape[1] <= COMPONENTS:
        return np.nan_to_num(np.asarray(embeddings[rows], dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    return principal_components(embeddings, seed=seed).apply(np.asarray(embeddings[rows]))


def utility_weights(utility: NDArray[np.floating], power: float, *, floor: float = 0.0) -> NDArray[np.float32]:
    """Utilities, largest 1 and none below `floor`, to the power; never quite 0, so that all of a pool is covered."""
    values = np.maximum(np.nan_to_num(np.asarray(utility, dtype=np.float32), nan=0.0, posinf=0.0), 0.0)
    top = float(values.max(initial=0.0))
    scaled = np.maximum(values / top, np.float32(floor)) if top > 0 else np.ones_like(values)
    return np.maximum(scaled**power, np.float32(1e-6))


def drawn_by_weight(
    rows: NDArray[np.int64], weights: NDArray[np.floating], rng: np.random.Generator, *, limit: int
) -> NDArray[np.int64]:
    """All of `rows` (k,), or a draw without replacement by `weights` (k,)."""
    if len(rows) <= limit:
        return rows
    return rows[drawn_with_chances(weights, rng, limit=limit)[0]]


def drawn_with_chances(
    weights: NDArray[np.floating], rng: np.random.Generator, *, limit: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """`limit` positions among `weights` (k,) in ascending order, drawn without replacement, and the chance of each.

    Efraimidis & Spirakis, "Weighted random sampling with a reservoir" (2006). Each waits as long as its weight lets it,
    and those that come first are drawn; the chance is that of coming before the first that is not.
    """
    waits = -np.log(rng.random(len(weights))) / weights
    order = np.argpartition(waits, limit)
    drawn = np.sort(order[:limit])
    return drawn, -np.expm1(-waits[order[limit]] * np.asarray(weights, dtype=np.float64)[drawn])


def nearest_to_weight(
    candidates: Points, weights: NDArray[np.float32], annotated: Points, room: int
) -> NDArray[np.int64]:
    """Positions of the annotated images that take part: all, or those with the most weight of candidates nearest."""
    if len(annotated) <= room:
        return np.arange(len(annotated))
    nearest, _ = assign(candidates, annotated)
    mass = np.bincount(nearest, weights=weights, minlength=len(annotated))
    return np.sort(np.argpartition(mass, -room)[-room:]) if room else np.empty(0, dtype=np.int64)


def _pick(
    points: Points,
    weights: NDArray[np.float32],
    covered: Points,
    covered_weights: NDArray[np.float32],
    batch: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Positions among `points` (n, d), heaviest uncovered cluster first."""
    centres = seed_centres(points, weights, batch, rng, fixed=covered)
    together = np.concatenate([points, covered])
    mass = np.concatenate([weights, covered_weights])
    _, cluster, distance = weighted_kmeans(together, mass, centres)
    n = len(points)
    taken = np.zeros(len(centres), dtype=np.bool_)
    taken[cluster[n:]] = True
    heaviness = np.bincount(cluster[:n], weights=weights, minlength=len(centres))
    worth = weights / (distance[:n] + _softening(distance[:n]))
    best = _best_of_each(cluster[:n], worth, len(centres))
    asked = [int(best[c]) for c in np.argsort(-heaviness, kind="stable") if not taken[c] and best[c] >= 0][:batch]
    return _fill(asked, weights, batch)


def _softening(distance: NDArray[np.float32]) -> np.float32:
    """Keeps an image that lies exactly on its centre from winning by distance alone."""
    return np.float32(float(distance.mean()) * 0.25 + 1e-12)


def _best_of_each(cluster: NDArray[np.int64], worth: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """The position of the largest worth in each cluster, -1 for one without images."""
    best = np.full(count, -1, dtype=np.int64)
    order = np.argsort(worth, kind="stable")
    best[cluster[order]] = order
    return best


def _fill(asked: list[int], weights: NDArray[np.float32], batch: int) -> NDArray[np.int64]:
    """Where too few clusters were uncovered, the weightiest images left."""
    found = np.array(asked, dtype=np.int64)
    if len(found) >= batch:
        return found
    left = np.setdiff1d(np.arange(len(weights)), found)
    more = left[np.argsort(-weights[left], kind="stable")][: batch - len(found)]
    return np.concatenate([found, more])
