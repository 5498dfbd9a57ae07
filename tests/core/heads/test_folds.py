"""Folds by group, spread by label."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.heads.folds import assign_folds
from core.values import HeadKind
from tests.core.heads.material import one_hot


@given(st.lists(st.integers(0, 12), min_size=1, max_size=60), st.integers(2, 6), st.integers(0, 5))
def test_that_a_group_never_lies_in_two_folds(groups: list[int], folds: int, seed: int):
    labels = np.array([group % 3 for group in groups])
    fold = assign_folds(one_hot(labels), np.array(groups), HeadKind.CLASS, folds=folds, seed=seed)
    for group in set(groups):
        assert len(set(fold[np.array(groups) == group])) == 1
    assert fold.max() + 1 == min(folds, len(set(groups)))


def test_that_every_label_is_spread_over_the_folds():
    labels = np.array([0] * 50 + [1] * 25 + [2] * 5)
    fold = assign_folds(one_hot(labels), np.arange(80), HeadKind.CLASS, folds=5, seed=0)
    for label, each in ((0, 10), (1, 5), (2, 1)):
        assert (np.bincount(fold[labels == label], minlength=5) == each).all()


def test_that_scores_are_spread_over_the_folds():
    scores = np.linspace(0, 1, 50)[:, None]
    fold = assign_folds(scores, np.arange(50), HeadKind.SCORE, folds=5, seed=0)
    assert all(abs(scores[fold == number].mean() - 0.5) < 0.1 for number in range(5))


def test_that_a_rare_tag_is_spread_over_the_folds():
    targets = np.zeros((40, 2), np.float32)
    targets[:, 0] = 1
    targets[:5, 1] = 1
    targets[20:, 1] = np.nan
    fold = assign_folds(targets, np.arange(40), HeadKind.TAGS, folds=5, seed=0)
    assert sorted(fold[:5]) == [0, 1, 2, 3, 4]


def test_that_folds_depend_on_the_seed_alone():
    labels = one_hot(np.arange(60) % 3)
    first, again, other = (
        assign_folds(labels, np.arange(60), HeadKind.CLASS, folds=5, seed=seed) for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()


def test_that_one_answer_more_or_less_leaves_the_others_in_their_folds():
    rng = np.random.default_rng(0)
    labels, groups = rng.integers(0, 4, 134), rng.permutation(5000)[:134]
    before = assign_folds(one_hot(labels, 4), groups, HeadKind.CLASS, folds=5, seed=0)
    stayed = []
    for gone in range(134):
        rest = np.delete(np.arange(134), gone)
        after = assign_folds(one_hot(labels[rest], 4), groups[rest], HeadKind.CLASS, folds=5, seed=0)
        stayed.append((after == before[rest]).mean())
    assert np.mean(stayed) > 0.9


def test_that_the_folds_of_the_next_seed_are_others():
    labels, groups = np.random.default_rng(0).integers(0, 4, 400), np.arange(400)
    folds = [assign_folds(one_hot(labels, 4), groups, HeadKind.CLASS, folds=5, seed=seed) for seed in range(3)]
    together = [fold[:, None] == fold for fold in folds]
    for other in together[1:]:
        assert (together[0] & other).sum() / together[0].sum() < 0.25  # by chance 0.21
