"""From predictions on disk to the order of the pool: NumPy only, so that it may run beside the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import hash_keys, places_of
from core.arrays.predictions import Predictions
from core.query.audit_draw import AUDIT_SHARE, audit_mask, in_order_of_draw, mix_in_audit
from core.query.overlap import open_tag, overlap_utility
from core.query.random_share import random_keys, random_slots
from core.values import ENOUGH_FOUND, HeadKind, ImageId, Strategy

PointsOf = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""Points of images by their hashes, (k, 32) -> (k, d), from any thread: core.project.points"""


class Pool:
    """Every present image with its content hash, for looking one up by the other."""

    def __init__(self, ids: NDArray[np.int64], hashes: NDArray[np.uint8]) -> None:
        """ids (images,), hashes (images, 32)"""
        self.ids = ids
        self.hashes = hashes
        self.size = int(ids.max(initial=-1)) + 1
        keys = hash_keys(hashes) if len(ids) else np.zeros(0, np.uint64)
        self._by_key = np.argsort(keys, kind="stable")
        self._keys = keys[self._by_key]

    def __len__(self) -> int:
        return len(self.ids)

    def ids_of(self, hashes: NDArray[np.uint8]) -> NDArray[np.int64]:  # (rows, 32) -> (rows,), -1 where absent
        if not len(self.ids) or not len(hashes):
            return np.full(len(hashes), -1, np.int64)
        keys, both = hash_keys(hashes), min(len(self.ids), len(hashes))
        found = np.full(len(keys), -1, np.int64)
        found[:both] = np.where(hash_keys(self.hashes[:both]) == keys[:both], self.ids[:both], -1)
        rest = np.flatnonzero(found < 0)  # none where the images are those of the training, in its order
        if len(rest):
            places = np.minimum(places_of(self._keys, keys[rest]), len(self._keys) - 1)
            found[rest] = np.where(self._keys[places] == keys[rest], self.ids[self._by_key[places]], -1)
        return found

    def drawn(self, share: float) -> NDArray[np.bool_]:  # (ids,)
        """Which image ids are of the audit set."""
        found = np.zeros(self.size, np.bool_)
        if share and len(self):
            found[self.ids] = audit_mask(hash_keys(self.hashes), share)
        return found

    def hashes_of(self, ids: NDArray[np.int64]) -> NDArray[np.uint8]:  # (k,) -> (k, 32); ids of the pool
        return self.hashes[np.searchsorted(self.ids, ids)]


EMPTY_POOL = Pool(np.zeros(0, np.int64), np.zeros((0, 32), np.uint8))


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Predictions beside the ids of the images they speak of."""

    predictions: Predictions
    source: str
    """"live", AS_LEFT, "text" (the labels' own words, before any answer), or the version: "v3"."""
    ids: NDArray[np.int64]
    """(rows,): image id of each row, -1 for an image that is gone."""
    rows: NDArray[np.int64]
    """(ids,): row of each image id, -1 where nothing is predicted."""

    def row_of(self, image_id: ImageId) -> int | None:
        if image_id >= len(self.rows):
            return None
        row = int(self.rows[image_id])
        return None if row < 0 else row


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """What the overlap order goes by: what the heads say that a unified head was made from, where it is still open."""

    opinions: Ranking
    known: NDArray[np.bool_]
    """(ids, tags) that are yes or no."""

    def open_of(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Of these images the highest opinion on an open tag, and which tag; NaN and -1 where there is none."""
        rows = self.opinions.rows[ids]
        said = self.opinions.predictions.probabilities[np.maximum(rows, 0)]
        return open_tag(said, self.known[ids] | (rows < 0)[:, None])


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A snapshot of everything an order depends on."""

    pool: Pool
    kind: HeadKind
    strategy: Strategy
    answered: NDArray[np.bool_]
    """(ids,), as the two below"""
    left_out: NDArray[np.bool_]
    """Excluded or missing."""
    skipped: NDArray[np.bool_]
    seed: int = 0
    output: int | None = None
    """Which output best and worst go by; None: the score, or the surest label."""
    overlap: Overlap | None = None
    """For OVERLAP."""
    positive: NDArray[np.bool_] | None = None
    """(ids,) annotated as what is hunted"""
    judged: NDArray[np.bool_] | None = None
    """(ids,) annotated as that or as not that; None: each annotation says one of both"""
    enough: int = ENOUGH_FOUND
    """Of what is hunted"""
    likely: Callable[[], Ranking | None] | None = None
    """Likeness to an example, which the order goes by where it can be read"""
    by_example: bool = False
    """What is said is likeness to an example"""
    points_of: PointsOf | None = None
    """Where embeddings are at hand, for orders that need them"""
    class_weights: NDArray[np.float32] | None = None
    """(outputs,) how much each label counts, where they do not count alike"""
    audit_share: float = AUDIT_SHARE
    """Of the pool: the images of the audit set are asked in an order of their own."""


def match(pool: Pool, predictions: Predictions, source: str, before: Ranking | None = None) -> Ranking:
    """Finds the image of each row; `before` saves the search where the rows are the same images."""
    if before is not None and len(before.rows) == pool.size and _same(before.predictions.hashes, predictions.hashes):
        return Ranking(predictions, source, before.ids, before.rows)
    ids = pool.ids_of(predictions.hashes)
    rows = np.full(pool.size, -1, np.int64)
    known = ids >= 0
    rows[ids[known]] = np.flatnonzero(known)
    return Ranking(predictions, source, ids, rows)


def order_pool(question: Question, ranking: Ranking | None) -> NDArray[np.int64]:  # (open images,) ids
    """Open images in the order of the strategy; then those without a prediction, at random; skipped ones last.

    The queue of the window and of the command line.
    """
    like = question.likely() if question.likely is not None else None
    if like is not None:
        question = replace(question, by_example=True)
    judged = like if like is not None else _judged(question, ranking)
    ranked = _ranked(question, judged) if judged is not None else np.zeros(0, np.int64)
    ids = question.pool.ids
    waiting = ids[~(question.answered[ids] | question.left_out[ids])]
    unranked = np.ones(question.pool.size, np.bool_)
    unranked[ranked] = False
    rest = waiting[unranked[waiting]]
    order = np.concatenate([ranked, _by_chance(question, rest)])
    skipped = question.skipped[order]
    return np.concatenate([order[~skipped], order[skipped]])


def _judged(question: Question, ranking: Ranking | None) -> Ranking | None:
    """Whose predictions the order goes by."""
    match question.strategy:
        case Strategy.RANDOM:
            return None  # random over the whole pool
        case Strategy.OVERLAP:
            return question.overlap.opinions if question.overlap is not None else None
        case _:
            return ranking


def _by_chance(question: Question, ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """By content, so that a pool that grows keeps its order; the audit set at its places."""
    if not len(ids):
        return ids
    keys = hash_keys(question.pool.hashes_of(ids))
    by_chance = ids[np.argsort(random_keys(len(ids), question.seed, keys), kind="stable")]
    drawn = audit_mask(keys, question.audit_share)
    audit = ids[drawn][in_order_of_draw(keys[drawn])]
    places = random_slots(int(np.count_nonzero(question.answered)), len(ids), question.audit_share)
    return mix_in_audit(by_chance[~np.isin(by_chance, audit)], audit, places)


def _ranked(question: Question, ranking: Ranking) -> NDArray[np.int64]:  # (ranked open images,) ids
    from core.query.queues import build_queue
    from core.query.situation import Situation

    known = ranking.ids >= 0
    safe = np.where(known, ranking.ids, 0)
    done, overlap = question.answered[safe], None
    if question.overlap is not None:
        overlap = overlap_utility(ranking.predictions.probabilities, question.overlap.known[safe], done)
        done = done & np.isnan(overlap)
    said = ranking.predictions
    situation = Situation(
        question.kind,
        known & done,
        members=said.members.transpose(1, 0, 2),
        probabilities=said.probabilities,
        left_out=~known | question.left_out[safe],
        positive=None if question.positive is None else known & question.positive[safe],
        judged=None if question.judged is None else known & question.judged[safe],
        target=question.output,
        enough=question.enough,
        by_example=question.by_example,
        class_weights=question.class_weights,
        utility=said.utility,
        prepared=said.order if question.class_weights is None else None,
        keys=hash_keys(said.hashes) if len(ranking.ids) else None,
        seed=question.seed,
    )
    points_of = question.points_of
    gather = None if points_of is None else lambda rows: points_of(said.hashes[rows])
    rows = build_queue(question.strategy, situation, gather=gather, audit_share=question.audit_share, overlap=overlap)
    ids: NDArray[np.int64] = ranking.ids[rows]
    return ids


def _same(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> bool:
    return left.shape == right.shape and bool(np.array_equal(left, right))


def rank_live(
    question: Question, read: Callable[[], Predictions], before: Ranking | None
) -> tuple[Ranking, NDArray[np.int64]]:
    """What the live head says now, and the order by it."""
    predictions = read()
    ranking = match(question.pool, predictions, predictions.metadata.get("source", "live"), before)
    return ranking, order_pool(question, ranking)
