"""Hunting what is rare: the likeliest first until enough are found, then what teaches.

As in core.query.batches: a `Situation` in, positions of open images out. Going for the likeliest is Warmuth et al.,
"Active learning in the drug discovery process" (2002); Garnett et al., "Bayesian optimal active search" (2012).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.query.answered import likely_by_answers
from core.query.batches import central_of_clusters, descending, mixed
from core.query.coverage import even_coverage
from core.query.disagreement import COLD_START, disagreement_order, power_of
from core.query.doubts import doubt, near_positives, teaching
from core.query.situation import Situation
from core.query.unseen import of_unseen_clusters

TOP_SHARE = 0.25
"""Of the places that go to the likeliest before the first is found, and after the hunt."""
POOLED = 2
"""Times the batch: so many of the likeliest are clustered. More would reach down to unlikely ones."""


def is_over(situation: Situation) -> bool:
    return situation.found >= situation.enough


def hunt(situation: Situation) -> NDArray[np.int64]:
    """By the answers until enough are found; before the first one clusters of which nothing was seen, unless something
    is said of the pool, or an example is at hand.

    A head that has seen refusals only knows what is least like them: that gets a share of the places until then.
    """
    if situation.found:
        return likely(situation)
    if situation.by_example:
        return top(situation)
    if _is_cold(situation):
        return of_unseen_clusters(situation)
    likeliest = top_and_kmeans(situation)
    return mixed(likeliest, of_unseen_clusters(situation), share=TOP_SHARE) if is_blind(situation) else likeliest


def promise(situation: Situation) -> NDArray[np.float32]:
    """What a hunt goes by beyond its head: how likely each image is what is hunted, by chance while nobody knows."""
    wanted = situation.wanted()
    return situation.chance() if is_blind(situation) or np.isnan(wanted).all() else wanted


def is_blind(situation: Situation) -> bool:
    """Refusals only, and no example."""
    return bool(situation.refused_mask.any()) and not situation.found and not situation.by_example


def likely(situation: Situation) -> NDArray[np.int64]:
    """The likeliest first, by the answers alone and, where it says something, by the head too."""
    rows = situation.open_rows
    values = likely_by_answers(situation)[rows]
    said = situation.wanted()[rows]
    if not situation.by_example and not np.isnan(said).any():
        values = _ranks(values) + _ranks(said)
    return descending(rows, values)[: situation.count]


def top(situation: Situation) -> NDArray[np.int64]:
    """The likeliest first."""
    rows = situation.open_rows
    return descending(rows, situation.wanted()[rows])[: situation.count]


def top_and_kmeans(situation: Situation) -> NDArray[np.int64]:
    """Of the likeliest one of each cluster, the likeliest first: no two that look alike next to each other."""
    rows = situation.open_rows
    wanted = situation.wanted()
    rows = descending(rows, wanted[rows])[: POOLED * situation.count]
    even = np.ones(len(rows), dtype=np.float32)
    chosen = central_of_clusters(situation.places(), rows, even, situation.count, seed=situation.seed)
    return descending(chosen, wanted[chosen])


def mix(situation: Situation) -> NDArray[np.int64]:
    """In turn the likeliest and the smallest margin."""
    rows = situation.open_rows
    return mixed(top(situation), descending(rows, doubt(situation)[rows])[: situation.count], share=0.5)


def nearest(situation: Situation) -> NDArray[np.int64]:
    """The nearest to any positive found so far."""
    rows = situation.open_rows
    return descending(rows, near_positives(situation)[rows])[: situation.count]


def disagreement(situation: Situation) -> NDArray[np.int64]:
    """What settles most of what the committee is unsure of (core.query.disagreement)."""
    return disagreement_order(
        situation.places(),
        teaching(situation),
        situation.annotated,
        situation.closed,
        count=situation.count,
        power=power_of(situation.kind),
        chances=situation.chances,
        seed=situation.seed,
    )


def coverage(situation: Situation) -> NDArray[np.int64]:
    """What stands for the pool and is not covered yet, whatever is said of it."""
    return even_coverage(
        situation.places(), situation.annotated, situation.closed, situation.count, seed=situation.seed
    )


def _ranks(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """From 0 for the lowest to 1 for the highest, the same for the same value."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    middle = (np.cumsum(count) - count / 2.0) / max(len(values), 1)
    return np.asarray(middle[place], dtype=np.float32)


def _is_cold(situation: Situation) -> bool:
    """Few answers and none of them positive; before the first one there may be the labels' words, or another head's."""
    refused = int(situation.refused_mask.sum())
    if not refused and not situation.found:
        return bool(np.isnan(situation.wanted()).all())
    return not situation.found and refused < COLD_START
