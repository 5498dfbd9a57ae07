"""Which pairs are compared next."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.query.pairs import PairPool, choose_four, choose_pairs

NONE = np.empty((0, 2), np.int64)


def pool(n: int = 60, seed: int = 0) -> PairPool:
    """Of which nothing is known."""
    points = np.random.default_rng(seed).normal(size=(n, 4)).astype(np.float32)
    nothing = np.full(n, np.nan, np.float32)
    return PairPool(points, nothing, np.ones(n, np.bool_), np.zeros(n, np.bool_), NONE, NONE)


def clumps(*sizes: int, seed: int = 0) -> PairPool:
    """Images of one clump lie close together, and far from all others."""
    rng = np.random.default_rng(seed)
    which = np.repeat(np.arange(len(sizes)), sizes)
    points = np.eye(len(sizes))[which] + 0.02 * rng.normal(size=(len(which), len(sizes)))
    return replace(pool(len(which)), points=points.astype(np.float32))


def test_that_pairs_are_of_different_images_and_no_image_comes_twice():
    rows = choose_pairs(pool(), 12).rows
    assert rows.shape == (12, 2)
    assert len(np.unique(rows)) == 24


def test_that_the_choice_is_the_same_for_the_same_seed():
    first, again, other = (choose_pairs(pool(), 10, seed=seed).rows for seed in (1, 1, 2))
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


@pytest.mark.parametrize("held", ["judged", "skipped"])
def test_that_a_judged_or_skipped_pair_is_not_asked_again(held):
    known = replace(pool(3), **{held: np.array([[1, 0], [1, 2]])})
    assert {frozenset(row) for row in choose_pairs(known, 3).rows.tolist()} == {frozenset((0, 2))}


def test_that_the_pair_that_tells_of_most_images_comes_first():
    ahead = choose_pairs(clumps(30, 30, 2, 2), 1).rows[0]
    assert set(ahead // 30) == {0, 1}


def test_that_pairs_of_one_batch_do_not_ask_the_same_twice():
    two = choose_pairs(clumps(20, 20, 20, 20), 2).rows // 20
    assert sorted(two.ravel().tolist()) == [0, 1, 2, 3]


def test_that_what_was_judged_is_not_asked_in_other_words():
    told = replace(clumps(20, 20, 20, 20), judged=np.array([[row, 20 + row] for row in range(10)]))
    assert set(choose_pairs(told, 1).rows[0] // 20) != {0, 1}


def test_that_images_with_brackets_leave_less_to_ask_near_them():
    told = clumps(20, 20, 20, 20)
    told.scored[:40:2] = True
    assert set(choose_pairs(told, 1).rows[0] // 20) == {2, 3}


def test_that_a_comparison_whose_outcome_is_clear_settles_less():
    open_pair, clear = pool(2), replace(pool(2), scores=np.array([0.1, 0.9], np.float32))
    assert choose_pairs(clear, 1).settles[0] < 0.5 * choose_pairs(open_pair, 1).settles[0]


def test_that_shares_settled_fall_and_stay_below_one():
    settles = choose_pairs(pool(), 12).settles
    assert (settles > 0).all()
    assert settles.sum() < 1
    assert settles[0] > settles[-1]


def test_that_only_candidates_are_asked_though_others_were_told_of():
    some = pool()
    some.asked[10:] = False
    told = replace(some, judged=np.array([[20, 30], [5, 40]]))
    assert choose_pairs(told, 5).rows.max() < 10


def test_that_images_that_all_look_alike_are_compared_as_well():
    alike = replace(pool(6), points=np.ones((6, 3), np.float32))
    chosen = choose_pairs(alike, 3)
    assert len(np.unique(chosen.rows)) == 6
    assert np.isfinite(chosen.settles).all()


def test_that_fewer_than_two_images_give_no_pair_and_a_small_pool_what_it_has():
    assert len(choose_pairs(pool(0), 4).rows) == 0
    assert len(choose_pairs(pool(1), 4).rows) == 0
    assert len(choose_pairs(pool(5), 4).rows) == 2
    assert len(choose_four(pool(5))) == 4
