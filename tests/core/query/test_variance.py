"""The order by variance left open: each clump once, what matters more first."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.query.clustering import typical_apart
from core.query.variance import NOISE, most_settling
from tests.core.query.clumps import clumps

NONE = np.empty((0, 8), dtype=np.float32)


def _even(points: np.ndarray, count: int, answered: np.ndarray = NONE) -> np.ndarray:
    return most_settling(points, np.ones(len(points)), count, answered=answered)


def test_that_each_clump_is_asked_once_before_any_is_asked_again():
    assert sorted(_even(clumps(9, 20), 9) // 20) == list(range(9))


def test_that_the_largest_clump_comes_first():
    points = np.concatenate([clumps(4, 10), clumps(1, 30) + 9.0])
    assert _even(points, 1)[0] >= 40


def test_that_what_is_near_an_answer_is_settled():
    points = clumps(6, 20)
    assert sorted(_even(points, 4, answered=points[[0, 25]]) // 20) == [2, 3, 4, 5]


def test_that_points_that_are_all_the_same_are_asked_in_any_order_without_overflow():
    rng = np.random.default_rng(0)
    for count in range(3, 40):
        for _ in range(20):
            points = np.repeat(rng.normal(size=(1, 3)).astype(np.float32), count, axis=0)
            with np.errstate(all="raise", under="ignore"):
                asked = most_settling(points, np.ones(count), count, answered=points[:1])
            assert sorted(asked) == list(range(count))


def test_that_what_matters_more_comes_first():
    points, matters = clumps(5, 20), np.full(100, 0.1)
    matters[60:80] = 1.0
    assert most_settling(points, matters, 3, answered=NONE)[0] // 20 == 3


def test_that_an_outlier_that_stands_for_nothing_else_is_not_asked_early():
    points = np.concatenate([clumps(3, 20), np.full((1, 8), 30.0, dtype=np.float32)])
    assert 60 not in _even(points, 6)


def test_that_images_that_are_all_the_same_are_asked_once_each():
    points = np.zeros((12, 8), dtype=np.float32)
    assert sorted(_even(points, 20, answered=points[:1])) == list(range(12))


def test_that_a_pool_that_is_mostly_copies_of_one_image_is_still_covered():
    rng = np.random.default_rng(0)
    copies = rng.normal(0, 3, 8) + rng.normal(0, 0.01, (800, 8))
    points = np.concatenate([copies, clumps(28, 8)]).astype(np.float32)
    asked = _even(points, 32, answered=points[:10])
    assert len(set((asked[asked >= 800] - 800) // 8)) >= 24


@settings(max_examples=30, deadline=None)
@given(images=st.integers(1, 40), answers=st.integers(0, 12), seed=st.integers(0, 99))
def test_that_each_is_chosen_by_what_is_open_after_those_before_it(images, answers, seed):
    """Held against the covariance of a Gaussian process that is solved anew for every choice."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(images + answers, 4)).astype(np.float32)
    matters, here = rng.random(images) + 0.01, np.arange(images)
    chosen = most_settling(points[:images], matters, 6, answered=points[images:])
    assert len(set(chosen)) == len(chosen) == min(6, images)
    apart = ((points[:, None].astype(np.float64) - points[None]) ** 2).sum(axis=2)
    kernel = np.exp(-apart / typical_apart(apart[:images, :images]))
    for place, row in enumerate(chosen):
        known = np.concatenate([chosen[:place], np.arange(images, images + answers)])
        own = kernel[np.ix_(known, known)] + NOISE * np.eye(len(known))
        still = kernel[:images, :images] - kernel[:images, known] @ np.linalg.solve(own, kernel[known, :images])
        gains = (np.abs(still) ** 1.5 @ matters) ** (4 / 3) / (NOISE + np.diag(still))
        left = np.setdiff1d(here, chosen[:place])
        assert gains[row] >= 0.99 * gains[left].max()
