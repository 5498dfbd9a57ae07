"""Cold start and coverage: one image of each clump, doubtful regions first."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.query import coverage
from core.query.coverage import drawn_with_chances, even_coverage, utility_weighted_coverage
from tests.core.query.clumps import clumps


def _even(points: np.ndarray, count: int) -> np.ndarray:
    n = len(points)
    return utility_weighted_coverage(points, np.ones(n), np.zeros(n, dtype=np.bool_), count)


def test_that_cold_start_asks_one_image_of_each_clump():
    assert sorted(_even(clumps(12, 20), 12) // 20) == list(range(12))


def test_that_a_clump_with_an_annotated_image_is_not_asked():
    points = clumps(6, 20)
    annotated = np.zeros(120, dtype=np.bool_)
    annotated[[0, 25]] = True
    asked = utility_weighted_coverage(points, np.ones(120), annotated, 4)
    assert sorted(asked // 20) == [2, 3, 4, 5]


def test_that_doubtful_regions_come_first():
    points = clumps(5, 20)
    doubt = np.full(100, 0.1, dtype=np.float32)
    doubt[60:80] = 1.0
    asked = utility_weighted_coverage(points, doubt, np.zeros(100, dtype=np.bool_), 3)
    assert asked[0] // 20 == 3


def test_that_no_two_of_the_first_images_come_from_one_clump():
    points = clumps(8, 30)
    doubt = np.random.default_rng(2).random(240).astype(np.float32)
    asked = utility_weighted_coverage(points, doubt, np.zeros(240, dtype=np.bool_), 8)
    assert len(set(asked[:5] // 30)) == 5


def test_that_a_large_pool_is_covered_from_a_draw(monkeypatch):
    monkeypatch.setattr(coverage, "CANDIDATE_LIMIT", 60)
    points = clumps(6, 100)
    asked = _even(points, 6)
    assert len(set(asked // 100)) >= 5


def test_that_many_annotated_images_leave_only_their_neighbourhood(monkeypatch):
    monkeypatch.setattr(coverage, "CLUSTER_LIMIT", 20)
    points = clumps(10, 20)
    annotated = np.zeros(200, dtype=np.bool_)
    annotated[:160:4] = True
    asked = utility_weighted_coverage(points, np.ones(200), annotated, 8)
    assert len(asked) == 8
    assert not annotated[asked].any()
    assert {8, 9} <= set(asked // 20)


@settings(max_examples=30, deadline=None)
@given(
    images=st.integers(1, 60),
    batch=st.integers(0, 80),
    dim=st.integers(1, 90),
    seed=st.integers(0, 50),
    power=st.floats(0.0, 8.0),
)
def test_that_as_many_open_images_as_asked_for_come_back_once_each(images, batch, dim, seed, power):
    rng = np.random.default_rng(seed)
    annotated, excluded = rng.random(images) < 0.3, rng.random(images) < 0.2
    asked = utility_weighted_coverage(
        rng.normal(size=(images, dim)).astype(np.float32),
        rng.random(images),
        annotated,
        batch,
        power=power,
        seed=seed,
        excluded_mask=excluded,
    )
    assert len(asked) == len(set(asked.tolist())) == min(batch, int((~annotated & ~excluded).sum()))
    assert not (annotated | excluded)[asked].any()


@pytest.mark.parametrize("utility", [np.zeros(40), np.full(40, np.nan), np.full(40, np.inf)])
def test_that_a_pool_without_a_usable_utility_is_still_covered(utility):
    asked = utility_weighted_coverage(clumps(4, 10), utility, np.zeros(40, dtype=np.bool_), 4)
    assert len(set(asked // 10)) == 4


def test_that_even_coverage_begins_with_images_that_stand_for_the_pool():
    points, nothing = clumps(10, 20), np.zeros(200, dtype=np.bool_)
    asked = even_coverage(points, nothing, nothing, 32)
    assert len(set(asked.tolist())) == 32
    assert asked[:10].tolist() == _even(points, 10).tolist()


def test_that_a_draw_by_weight_stands_for_what_it_was_drawn_from():
    weights, value = np.random.default_rng(0).random(500) + 0.001, np.random.default_rng(1).random(500)
    guesses = []
    for seed in range(200):
        drawn, chances = drawn_with_chances(weights, np.random.default_rng(seed), limit=100)
        assert len(drawn) == 100
        guesses.append((value[drawn] / chances).sum())
    assert np.mean(guesses) == pytest.approx(value.sum(), rel=0.05)
