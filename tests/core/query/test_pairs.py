"""Which pairs are compared next."""

from __future__ import annotations

import numpy as np

from core.query.pairs import choose_four, choose_pairs, comparison_information

NONE = np.empty((0, 2), np.int64)


def pool(n: int = 60, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points (n, 4), scores (members, n), times (n,)."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 4)).astype(np.float32), rng.random((8, n)).astype(np.float32), np.zeros(n, np.int64)


def test_that_a_comparison_tells_most_where_sure_members_disagree():
    left = np.array([[1.0, 0.5, 1.0], [0.0, 0.5, 1.0]])  # two members, three pairs
    right = np.array([[0.0, 0.5, 0.0], [1.0, 0.5, 0.0]])
    told = comparison_information(left, right)
    assert told[0] > 0.9
    assert told[1:].max() < 1e-3


def test_that_pairs_are_of_different_images_and_no_image_comes_twice():
    points, scores, times = pool()
    rows = choose_pairs(points, scores, times, NONE, 12).rows
    assert rows.shape == (12, 2)
    assert len(np.unique(rows)) == 24


def test_that_the_choice_is_the_same_for_the_same_seed():
    first, again, other = (choose_pairs(*pool(), NONE, 10, seed=seed).rows for seed in (1, 1, 2))
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_that_a_judged_pair_is_not_asked_again():
    points, scores, times = (part[..., :3] if part.ndim == 2 and len(part) == 8 else part[:3] for part in pool())
    judged = np.array([[0, 1], [1, 2]])
    assert {frozenset(row) for row in choose_pairs(points, scores, times, judged, 3).rows.tolist()} == {
        frozenset((0, 2))
    }


def test_that_a_pool_without_predictions_is_covered():
    points, scores, times = pool()
    chosen = choose_pairs(points, np.full_like(scores, np.nan), times, NONE, 10)
    assert len(chosen.rows) == 10
    assert not chosen.information.any()


def test_that_images_never_compared_come_before_those_that_were():
    points, scores, times = pool()
    times[:40] = 5
    first = choose_pairs(points, scores, times, NONE, 5).rows
    assert (np.sort(first, axis=1)[:, 1] >= 40).all()


def test_that_fewer_than_two_images_give_no_pair_and_a_small_pool_what_it_has():
    points, scores, times = pool(1)
    assert len(choose_pairs(points, scores, times, NONE, 4).rows) == 0
    points, scores, times = pool(5)
    assert len(choose_pairs(points, scores, times, NONE, 4).rows) == 2
    assert len(choose_four(points, scores, times)) == 4
