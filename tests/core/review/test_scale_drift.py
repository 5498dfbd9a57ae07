"""How far the scale of a score head moved between two versions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.review.scale_drift import scale_drift
from core.review.wording import drift_text


def _drift(given, before, after):
    """Every image alone."""
    return scale_drift(given, before, after, np.arange(len(given)))


def test_that_a_burst_of_one_scene_tells_no_more_than_one_image():
    rng = np.random.default_rng(3)
    sure = 0
    for _ in range(60):
        groups = np.repeat(np.arange(20), 25)
        given, before = np.full(500, 0.5), np.full(500, 0.5)
        after = 0.5 + rng.normal(0.0, 0.05, 20)[groups]
        sure += scale_drift(given, before, after, groups).farthest is not None
    assert sure <= 9  # 5 % of 60 are expected; taken one by one, three in four were


def test_that_each_bracket_is_judged_by_the_images_given_it():
    found = _drift(np.array([0.7, 0.65, 0.2]), np.array([0.5, 0.6, 0.3]), np.array([0.6, 0.7, 0.3]))
    assert found is not None and found.images == 3
    two, seven = found.brackets
    assert (two.bracket, two.images, two.drift) == (2, 1, 0.0)
    assert (seven.bracket, seven.images) == (7, 2)
    assert (seven.before, seven.after, seven.drift) == pytest.approx((5.5, 6.5, 1.0))
    assert found.mean == pytest.approx(2 / 3)


def test_that_a_half_belongs_to_the_bracket_above_as_answers_are_kept():
    given = (np.arange(0.5, 10) / 10).astype(np.float32)
    found = _drift(given, given, given)
    assert found is not None
    assert [(one.bracket, one.images) for one in found.brackets] == [(bracket, 1) for bracket in range(1, 11)]


def test_that_what_a_version_may_not_judge_does_not_count():
    nothing = np.array([np.nan, 0.4, 0.4])
    assert _drift(nothing, np.array([0.4, np.nan, 0.4]), np.array([0.4, 0.4, np.nan])) is None


def test_that_a_few_images_prove_no_drift():
    found = _drift(np.full(4, 0.5), np.full(4, 0.4), np.full(4, 0.6))
    assert found is not None and found.farthest is None
    assert math.isinf(found.brackets[0].low) and math.isinf(found.brackets[0].high)


def test_that_intervals_of_all_brackets_hold_at_once():
    """Where nothing drifts, one of eleven brackets is called moved in about one of twenty comparisons."""
    rng = np.random.default_rng(0)
    given = np.repeat(np.arange(11) / 10, 12)
    wrong = 0
    for _ in range(600):
        noise = rng.normal(0.0, 0.05, len(given))
        found = _drift(given, given, given + noise)
        wrong += found is not None and found.farthest is not None
    assert 0.02 < wrong / 600 < 0.09


def test_that_the_bracket_that_moved_most_is_named():
    given = np.repeat([0.3, 0.8], 10)
    moved = np.where(given == 0.8, 0.75, 0.35) + np.tile(np.linspace(-0.01, 0.01, 10), 2)
    found = _drift(given, np.where(given == 0.8, 0.6, 0.4), moved)
    assert found is not None
    text = drift_text(found, "v1", "v2")
    assert text.startswith("drift of the scale from v1 to v2: +0.50 brackets on the whole")
    assert "bracket 8 moved most, +1.50 (6.00 to 7.50)" in text and "(20 images that neither had seen)" in text
    back = _drift(given, moved, np.where(given == 0.8, 0.6, 0.4))
    assert back is not None and "bracket 8 moved most, −1.50 (7.50 to 6.00)" in drift_text(back, "v1", "v2")
