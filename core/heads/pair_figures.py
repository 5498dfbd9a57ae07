"""The honest figure of a version that no answered image can judge: how many of the judged pairs it puts in order.

Each judged pair is ordered by a head that was taught neither of its images, nor their kin, nor any pair of those: pairs
are dealt to folds by their left image, and whatever touches a fold is not taught. So a head that judges knows less than
the one released, the more so the more often the same images were compared. Ties have no order and judge nothing.

Letters: e = images that have an answer or stand in a pair, the answered first; p = pairs; k = pairs judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.heads.checkpoint import predict
from core.heads.network import SeedNetwork
from core.heads.out_of_fold import FoldPlan
from core.heads.pair_lesson import taught_with_pairs
from core.heads.pair_rows import PairRows
from core.pairs import SHARE_OF_LEFT, Outcome
from core.review.intervals import wilson_of_pairs
from core.values import OUT_OF_FOLD, Combine, HeadKind, Metrics


@dataclass(frozen=True, slots=True, eq=False)
class PairPlan:
    """Which pairs are judged, and what the head that judges them may learn from."""

    judged: tuple[NDArray[np.int64], ...] = ()
    """For each fold its pairs, by their places."""
    taught: tuple[NDArray[np.int64], ...] = ()
    """For each fold rows (of e) that share no group with an image of its pairs."""


def plan_with_pairs(
    plan: FoldPlan, pairs: PairRows | None, groups: NDArray[np.int64], answered: int, *, folds: int, seed: int
) -> tuple[FoldPlan, PairPlan]:
    """Which images judge, and where none can, which pairs. `groups` (e,)."""
    if pairs is None:
        return plan, PairPlan()
    nobody = not plan.judged
    own = plan_pairs(pairs, groups, answered, folds=folds, seed=seed) if nobody else PairPlan()
    return taught_with_pairs(plan, groups, answered), own


def plan_pairs(pairs: PairRows, groups: NDArray[np.int64], answered: int, *, folds: int, seed: int) -> PairPlan:
    """`groups` (e,). Folds that leave no pair with a winner to learn from are not judged."""
    won = pairs.share != SHARE_OF_LEFT[Outcome.TIE]
    left, right = groups[pairs.left], groups[pairs.right]
    names = np.unique(left[won])
    if len(names) < 2:
        return PairPlan()
    dealt = np.random.default_rng(seed).permutation(len(names)) % min(folds, len(names))
    fold = np.where(won, dealt[np.searchsorted(names, left).clip(max=len(names) - 1)], -1)
    judged, taught = [], []
    for number in range(int(dealt.max()) + 1):
        held = np.flatnonzero(fold == number)
        closed = np.union1d(left[held], right[held])
        kept = ~np.isin(left, closed) & ~np.isin(right, closed)
        if (kept & won).any():
            others = np.flatnonzero(~np.isin(groups[:answered], closed))
            judged.append(held)
            taught.append(np.unique(np.concatenate([others, pairs.left[kept], pairs.right[kept]])))
    return PairPlan(tuple(judged), tuple(taught))


def pair_metrics(
    plan: PairPlan,
    pairs: PairRows,
    groups: NDArray[np.int64],
    vectors: NDArray[np.floating],
    networks: Sequence[SeedNetwork],
    combine: Combine,
) -> Metrics:
    """`networks` learned from `plan.taught`, in its order; `groups` (e,), `vectors` (e, dim) or (e, tiles, dim)."""
    right = []
    for held, network in zip(plan.judged, networks, strict=True):
        first, second = (
            predict(network, HeadKind.SCORE, vectors[rows[held]], combine=combine, device="cpu")[:, 0]
            for rows in (pairs.left, pairs.right)
        )
        apart = first - second
        told = np.isfinite(apart) & (apart != 0)
        right.append(np.where(told, (apart > 0) == (pairs.share[held] > 0.5), 0.5))
    held, found = np.concatenate(plan.judged), np.concatenate(right).astype(np.float64)
    low, high = wilson_of_pairs(found, groups[pairs.left[held]], groups[pairs.right[held]])
    share = float(found.mean())
    return Metrics(n=len(found), by=OUT_OF_FOLD, pair_accuracy=share, pair_accuracy_low=low, pair_accuracy_high=high)
