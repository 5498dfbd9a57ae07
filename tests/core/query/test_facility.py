"""Facility location: each clump is stood for once, the largest first."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.query.facility import most_standing
from tests.core.query.clumps import clumps


def _likeness(points: np.ndarray) -> np.ndarray:
    return np.exp(-((points[:, None] - points[None]) ** 2).sum(axis=2)).astype(np.float32)


def test_that_each_clump_is_stood_for_once():
    assert sorted(most_standing(_likeness(clumps(9, 20)), 9) // 20) == list(range(9))


def test_that_the_largest_clump_comes_first():
    points = np.concatenate([clumps(4, 10), clumps(1, 30) + 9.0])
    assert most_standing(_likeness(points), 1)[0] >= 40


def test_that_images_that_are_all_the_same_are_asked_once_each():
    assert sorted(most_standing(np.ones((12, 12), dtype=np.float32), 20)) == list(range(12))


@settings(max_examples=30, deadline=None)
@given(images=st.integers(1, 40), count=st.integers(0, 45), seed=st.integers(0, 99))
def test_that_looking_again_only_where_needed_stands_for_as_much_as_looking_at_all(images, count, seed):
    likeness = _likeness(np.random.default_rng(seed).normal(size=(images, 4)))
    chosen = most_standing(likeness, count)
    assert len(set(chosen)) == len(chosen) == min(count, images)
    for place, row in enumerate(chosen):
        stood = likeness[chosen[:place]].max(axis=0, initial=0.0)
        gains = np.maximum(likeness - stood, 0.0).sum(axis=1)
        assert gains[row] >= np.delete(gains, chosen[:place]).max() - 1e-5
