"""A version that learns from pairs beside brackets: what its release head is taught, and its honest left-out votes.

The release head learns from what the kernel head makes of brackets and pairs: images that only pairs speak of get its
answer as their target, and weigh as much as their pairs say. Whatever judges an image knows none of its pairs: teachers
of a fold see only pairs of which both images may be learned from, and say how much those weigh there.

Letters: e = images that have an answer or stand in a pair, the answered first; n = answered images, m = open images.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.arrays.embeddings import EmbeddingStore
from core.arrays.hashes import hash_keys
from core.arrays.held_out import HeldOut
from core.heads.committee import Committee
from core.heads.folds import assign_folds
from core.heads.kernel import AnsweredRows, solve_left_out, system_of
from core.heads.lesson import Lesson
from core.heads.live_fit import LiveFit, refit
from core.heads.members import Each
from core.heads.out_of_fold import FoldPlan
from core.heads.pair_rows import PairRows, with_pairs
from core.heads.pairs import choose_shape_with_pairs, learn_pairs
from core.heads.similarity import unit_rows
from core.pairs import PairSet
from core.query.clustering import mean_tile
from core.values import MEMBERS, Annotated, HeadKind

_FOLDS = 5
_LEAST_WEIGHT, _MOST_WEIGHT = 0.05, 1.0
"""Of an image that only pairs speak of, where an answer weighs 1."""
_SUPPORT_ABOVE, _SUPPORT = 1500, 1000


def at_hand(annotated: Annotated, pairs: PairSet, store: EmbeddingStore) -> tuple[Annotated, PairRows | None]:
    """The answered images and those of pairs (e,), with the pairs of which both images have a vector."""
    here = (store.positions(pairs.left) >= 0) & (store.positions(pairs.right) >= 0)
    if not here.any():
        return annotated, None
    return with_pairs(annotated, pairs.some(here))


def taught_with_pairs(plan: FoldPlan, groups: NDArray[np.int64], answered: int) -> FoldPlan:  # groups (e,)
    """The images of pairs teach in every fold but that of their own group."""
    others = np.arange(answered, len(groups))
    taught = (
        np.concatenate([rows, others[~np.isin(groups[others], groups[judged])]])
        for judged, rows in zip(plan.judged, plan.taught, strict=True)
    )
    return FoldPlan(plan.judged, tuple(taught))


@dataclass(frozen=True, slots=True, eq=False)
class PairLesson:
    lesson: Lesson
    """(e,) with the targets and weights of the first teacher for the images of pairs."""
    targets: tuple[Tensor, ...]
    """(e, 1) by each teacher"""
    weights: tuple[Tensor, ...]
    """(e,) by each teacher"""
    said: tuple[Tensor, ...]
    """(m, 1) of open images, by each teacher"""


def taught_lesson(
    lesson: Lesson,
    taught: Sequence[NDArray[np.int64]],
    groups: NDArray[np.int64],
    pairs: PairRows,
    others: Tensor,
    *,
    trust: float,
    seed: int,
    watch: Callable[[], None],
) -> PairLesson:
    """By one teacher for each entry of `taught`; the first one knows everything. `others` (m, tiles, features).

    `trust` is how far a person's score is drawn towards the teacher's (core.heads.teacher).
    """
    softened: list[Tensor] = []
    weights: list[Tensor] = []
    said: list[Tensor] = []
    strange = unit_rows(mean_tile(others.cpu().numpy()))
    given = lesson.weights.cpu().numpy()
    unknown = np.isnan(lesson.targets.cpu().numpy()[:, 0])
    for some in taught:
        watch()
        soft, worth, guessed = _teach(lesson, some, groups, pairs.within(some, len(lesson)), strange, trust, seed)
        softened.append(torch.from_numpy(soft).to(lesson.targets))
        own = np.where(unknown, np.clip(worth, _LEAST_WEIGHT, _MOST_WEIGHT), given)
        weights.append(torch.from_numpy(own).to(lesson.weights))
        said.append(guessed.to(lesson.targets))
    targets = lesson.targets.clone()
    targets[torch.from_numpy(unknown)] = softened[0][torch.from_numpy(unknown)]
    known = replace(lesson, targets=targets, weights=weights[0])
    return PairLesson(known, tuple(softened), tuple(weights), tuple(said))


def _teach(
    lesson: Lesson,
    some: NDArray[np.int64],
    groups: NDArray[np.int64],
    pairs: PairRows,
    strange: Tensor,
    trust: float,
    seed: int,
) -> tuple[NDArray[np.float32], NDArray[np.float64], Tensor]:
    """Targets (e, 1), what each image's answer and pairs are worth (e,), 1 an answer's worth, and answers (m, 1).

    `strange` (m, dim) are unit rows of open images.
    """
    rows = unit_rows(mean_tile(lesson.rows[torch.from_numpy(some)].cpu().numpy()))
    targets = lesson.targets.cpu().numpy()
    weights = lesson.weights.cpu().numpy()[some]
    answers = AnsweredRows.of(rows, targets[some], weights, lesson.kind, groups[some])
    shape = choose_shape_with_pairs(answers, pairs, seed)
    learned = learn_pairs(answers, pairs, shape)
    support = learned.draw_support(seed)
    system = system_of(learned, support, shape)
    coefficients, left_out = solve_left_out(learned, system)
    fitted = (system.values(coefficients).numpy() + answers.mean).clip(0.0, 1.0)
    drawn = targets[some] + trust * (left_out.numpy().clip(0.0, 1.0) - targets[some])
    soft, worth = np.nan_to_num(targets).astype(np.float32), np.zeros(len(targets))
    soft[some] = np.where(np.isnan(targets[some]), fitted, drawn)
    worth[some] = np.where(np.isnan(learned.residuals[:, 0]), 0.0, learned.weights)
    guessed = shape.kernel(strange @ rows[support].T).double() @ coefficients + torch.from_numpy(answers.mean)
    return soft, worth, guessed.clamp(0.0, 1.0)


def held_out_with_pairs(
    annotated: Annotated,
    pairs: PairRows,
    vectors: NDArray[np.floating],
    answered: int,
    before: LiveFit,
    *,
    seed: int,
    each: Each,
) -> HeldOut:
    """Votes on the answered images by committees that saw neither them, nor their group, nor a pair of either.

    `annotated` and `vectors` (e,).
    """
    groups, rows = annotated.groups, unit_rows(mean_tile(vectors))
    votes = np.full((answered, MEMBERS, 1), np.nan, dtype=np.float32)
    fold = assign_folds(annotated.targets[:answered], groups[:answered], HeadKind.SCORE, folds=_FOLDS, seed=seed)
    for number in range(int(fold.max(initial=-1)) + 1):
        judged = np.flatnonzero(fold == number)
        kept = np.flatnonzero(~np.isin(groups, groups[judged]))
        own = pairs.within(kept, len(groups))
        if len(kept) == 0 or (len(own) == 0 and (kept >= answered).all()):
            continue
        some = Annotated(annotated.hashes[kept], annotated.targets[kept], annotated.weights[kept], groups[kept])
        committee = _taught_by(some, own, rows[torch.from_numpy(kept)], before, seed=seed, each=each)
        votes[judged] = committee.predict(rows[torch.from_numpy(judged)].numpy()).transpose(1, 0, 2)
    said = votes.mean(axis=1)
    of = annotated.hashes[:answered], said.astype(np.float16), votes.astype(np.float16), annotated.targets[:answered]
    return HeldOut(*of)


def _taught_by(some: Annotated, pairs: PairRows, rows: Tensor, before: LiveFit, *, seed: int, each: Each) -> Committee:
    """`rows` (k, dim) are those of the images `some`, carried by all of them or a draw."""
    support = np.arange(len(some))
    if len(some) > _SUPPORT_ABOVE:
        support = np.sort(np.random.default_rng(seed).choice(len(some), _SUPPORT, replace=False))
    return refit(
        rows,
        some,
        hash_keys(some.hashes),
        HeadKind.SCORE,
        support,
        before=replace(before, system=None),
        seed=seed,
        each=each,
        pairs=pairs,
    ).committee
