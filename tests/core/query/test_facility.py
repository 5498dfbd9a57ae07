from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.query import coverage
from core.query.coverage import FIRST_IMAGES, disagreement_order
from core.query.facility import greedy, most_standing


def _clumps(count: int, each: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    centres = np.repeat(rng.normal(0, 3, (count, 8)), each, axis=0)
    return (centres + rng.normal(0, 0.05, centres.shape)).astype(np.float32)


def test_that_each_clump_is_stood_for_once():
    points = _clumps(9, 20)
    assert sorted(most_standing(points, 9, covered=points[:0]) // 20) == list(range(9))


def test_that_the_largest_clump_comes_first():
    points = np.concatenate([_clumps(4, 10), _clumps(1, 30) + 9.0])
    assert most_standing(points, 1, covered=points[:0])[0] >= 40


def test_that_what_is_like_an_annotated_image_is_stood_for():
    points = _clumps(6, 20)
    assert sorted(most_standing(points, 4, covered=points[[0, 25]]) // 20) == [2, 3, 4, 5]


def test_that_images_that_are_all_the_same_are_asked_once_each():
    points = np.zeros((12, 3), dtype=np.float32)
    assert sorted(most_standing(points, 20, covered=points[:1])) == list(range(12))


@settings(max_examples=30, deadline=None)
@given(images=st.integers(1, 40), count=st.integers(0, 45), seed=st.integers(0, 99))
def test_that_looking_again_only_where_needed_stands_for_as_much_as_looking_at_all(images, count, seed):
    points = np.random.default_rng(seed).normal(size=(images, 4))
    likeness = np.exp(-((points[:, None] - points[None]) ** 2).sum(axis=2)).astype(np.float32)
    nothing = np.zeros(images, dtype=np.float32)
    chosen = greedy(likeness, nothing, count)
    assert len(set(chosen)) == len(chosen) == min(count, images)
    for place, row in enumerate(chosen):
        stood = likeness[chosen[:place]].max(axis=0, initial=0.0)
        gains = np.maximum(likeness - stood, 0.0).sum(axis=1)
        assert gains[row] >= np.delete(gains, chosen[:place]).max() - 1e-5


def test_that_the_first_images_stand_for_the_pool_whatever_is_doubted():
    points = _clumps(FIRST_IMAGES, 10)
    nothing = np.zeros(len(points), dtype=np.bool_)
    doubt = np.random.default_rng(1).random(len(points))
    order = disagreement_order(points, doubt, nothing, nothing)
    assert sorted(order[:FIRST_IMAGES] // 10) == list(range(FIRST_IMAGES))


def test_that_the_first_images_of_a_large_pool_are_of_a_draw(monkeypatch):
    monkeypatch.setattr(coverage, "CANDIDATE_LIMIT", 60)
    points = _clumps(6, 100)
    nothing = np.zeros(600, dtype=np.bool_)
    asked = disagreement_order(points, np.ones(600), nothing, nothing, count=6)
    assert len(set(asked // 100)) >= 5


def test_that_where_doubt_does_not_count_the_first_images_are_those_of_coverage():
    points = _clumps(10, 20)
    nothing = np.zeros(200, dtype=np.bool_)
    asked = disagreement_order(points, np.ones(200), nothing, nothing, count=10, power=0.0)
    assert asked.tolist() == coverage.utility_weighted_coverage(points, np.ones(200), nothing, 10).tolist()
