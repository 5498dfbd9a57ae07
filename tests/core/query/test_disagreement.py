"""The order by disagreement, whole or judged by a draw of what is doubted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.query import disagreement
from core.query.disagreement import COLD_START, disagreement_order
from core.query.family import FAMILY
from core.query.situation import Situation
from core.values import HeadKind, Strategy
from tests.core.query.clumps import clumps


def _with_answers(count: int, of: int) -> np.ndarray:
    annotated = np.zeros(of, dtype=np.bool_)
    annotated[:count] = True
    return annotated


def test_that_doubt_does_not_count_before_there_are_enough_answers():
    points, doubt = clumps(12, 10), np.random.default_rng(1).random(120)
    annotated, nothing = _with_answers(COLD_START - 1, 120), np.zeros(120, dtype=np.bool_)
    without = disagreement_order(points, np.ones(120), annotated, nothing)
    assert disagreement_order(points, doubt, annotated, nothing).tolist() == without.tolist()


def test_that_what_is_doubted_comes_first_once_there_are_enough_answers():
    points, doubt = clumps(12, 10), np.full(120, 0.1)
    doubt[90:100] = 1.0
    annotated, nothing = _with_answers(COLD_START, 120), np.zeros(120, dtype=np.bool_)
    assert disagreement_order(points, doubt, annotated, nothing)[0] // 10 == 9


def test_that_with_power_nought_doubt_never_counts():
    points, doubt = clumps(12, 10), np.random.default_rng(1).random(120)
    annotated, nothing = _with_answers(40, 120), np.zeros(120, dtype=np.bool_)
    without = disagreement_order(points, np.ones(120), annotated, nothing, power=0.0)
    assert disagreement_order(points, doubt, annotated, nothing, power=0.0).tolist() == without.tolist()


def test_that_nothing_is_asked_because_of_what_is_excluded():
    points, nothing = clumps(6, 20), np.zeros(120, dtype=np.bool_)
    excluded = np.arange(120) >= 60
    asked = disagreement_order(points, np.ones(120), nothing, excluded, count=3)
    assert sorted(asked // 20) == [0, 1, 2]


def test_that_a_large_pool_is_judged_by_a_draw_of_what_is_doubted(monkeypatch):
    monkeypatch.setattr(disagreement, "CANDIDATE_LIMIT", 60)
    points, doubt = clumps(12, 100), np.full(1200, 0.001)
    doubt[300:900] = 1.0
    asked = disagreement_order(points, doubt, _with_answers(20, 1200), np.zeros(1200, dtype=np.bool_), count=6)
    assert sorted(asked // 100) == [3, 4, 5, 6, 7, 8]


def test_that_an_image_drawn_by_a_small_chance_stands_for_the_many_that_were_not():
    points, nothing, chances = clumps(2, 20), np.zeros(40, dtype=np.bool_), np.repeat([1.0, 0.1], 20)
    assert disagreement_order(points, np.ones(40), nothing, nothing, chances=chances)[0] // 20 == 1
    assert disagreement_order(points, np.ones(40), nothing, nothing, chances=chances[::-1])[0] // 20 == 0


def test_that_a_pool_drawn_by_doubt_is_judged_as_if_all_of_it_had_been(monkeypatch):
    monkeypatch.setattr("core.query.strategy.DRAWN", 200)
    members = np.repeat([[[0.95, 0.05]], [[0.55, 0.45]]], [1500, 500], axis=0).transpose(1, 0, 2)
    few, many = clumps(2, 1000)[[0, 1000]]
    points = np.concatenate([np.tile(few, (1500, 1)), np.tile(many, (500, 1))])
    nothing_answered = Situation(HeadKind.CLASS, np.zeros(2000, np.bool_), points, members=members, count=2)
    assert FAMILY[Strategy.DISAGREEMENT].order(nothing_answered)[0] < 1500


def test_that_of_many_answers_those_take_part_that_are_near_what_is_doubted(monkeypatch):
    monkeypatch.setattr(disagreement, "ANSWERED_LIMIT", 20)
    points = clumps(10, 20)
    annotated = np.zeros(200, dtype=np.bool_)
    annotated[:160:4] = True
    asked = disagreement_order(points, np.ones(200), annotated, np.zeros(200, dtype=np.bool_), count=2, power=0.0)
    assert sorted(asked // 20) == [8, 9]


@pytest.mark.parametrize("utility", [np.zeros(40), np.full(40, np.nan), np.full(40, np.inf)])
def test_that_a_pool_without_a_usable_utility_is_still_covered(utility):
    nothing = np.zeros(40, dtype=np.bool_)
    annotated = _with_answers(10, 40)
    asked = disagreement_order(clumps(4, 10), utility, annotated, nothing, count=3)
    assert sorted(asked // 10) == [1, 2, 3]


@settings(max_examples=30, deadline=None)
@given(images=st.integers(1, 60), count=st.integers(0, 80), dim=st.integers(1, 90), seed=st.integers(0, 50))
def test_that_as_many_open_images_as_asked_for_come_back_once_each(images, count, dim, seed):
    rng = np.random.default_rng(seed)
    annotated, excluded = rng.random(images) < 0.3, rng.random(images) < 0.2
    points = rng.normal(size=(images, dim)).astype(np.float32)
    asked = disagreement_order(points, rng.random(images), annotated, excluded, count=count, seed=seed)
    assert len(asked) == len(set(asked.tolist())) == min(count, int((~annotated & ~excluded).sum()))
    assert not (annotated | excluded)[asked].any()
