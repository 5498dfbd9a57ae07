"""Estimates from the audit set: precision, recall and the share kept, each with its interval."""

from __future__ import annotations

import numpy as np
import pytest

from core.review.audit import Sheet, at_threshold
from core.review.intervals import answer_interval, mean_interval, wilson, wilson_of_groups
from core.values import HeadKind


def class_sheet(given, said, skipped=()):
    targets = np.eye(2, dtype=np.float32)[list(given)]
    return Sheet(HeadKind.CLASS, targets, _pairs(said), _pairs(skipped))


def _pairs(first):
    first = np.array(list(first), dtype=np.float32)
    return np.stack([first, 1 - first], axis=1).reshape(-1, 2)


def test_that_precision_recall_and_kept_share_are_counted_at_the_threshold():
    sheet = class_sheet([0, 0, 0, 1, 1], [0.9, 0.8, 0.3, 0.85, 0.1])
    found = at_threshold(sheet, 0.8, 0)
    assert (found.precision.value, found.precision.n) == (pytest.approx(2 / 3), 3)
    assert (found.recall.value, found.recall.n) == (pytest.approx(2 / 3), 3)
    assert (found.kept.value, found.kept.n) == (pytest.approx(3 / 5), 5)
    assert found.f1.value == pytest.approx(2 / 3)


def test_that_every_interval_is_that_of_its_own_share():
    sheet = class_sheet([0, 0, 1, 1], [0.9, 0.8, 0.95, 0.1])
    found = at_threshold(sheet, 0.5, 0)
    assert (found.precision.low, found.precision.high) == wilson(2, 3)
    assert (found.recall.low, found.recall.high) == wilson(2, 2)
    assert (found.kept.low, found.kept.high) == wilson(3, 4)


def test_that_without_a_label_every_image_is_wanted_under_its_likeliest_one():
    sheet = class_sheet([0, 1, 1, 0], [0.9, 0.8, 0.1, 0.6])
    found = at_threshold(sheet, 0.7)
    assert (found.precision.value, found.recall.value, found.kept.value) == (pytest.approx(2 / 3), 0.5, 0.75)


def test_that_a_score_that_was_given_is_wanted_from_the_threshold_on():
    given = np.float32([[0.7], [0.65], [0.3]])
    sheet = Sheet(HeadKind.SCORE, given, np.float32([[0.71], [0.72], [0.1]]), np.empty((0, 1), np.float32))
    found = at_threshold(sheet, 7.0)
    assert (found.precision.value, found.recall.value) == (0.5, 1.0)


def test_that_a_tag_that_nobody_answered_is_no_answer_and_counts_in_the_interval_as_a_skipped_image_does():
    given = np.float32([[1, np.nan], [0, 1], [np.nan, 0]])
    sheet = Sheet(HeadKind.TAGS, given, np.full((3, 2), 0.9, np.float32), np.empty((0, 2), np.float32))
    found = at_threshold(sheet, 0.5, 0)
    assert (found.kept.n, found.precision.value) == (2, 0.5)
    assert (found.precision.low, found.precision.high) == (wilson(1, 3)[0], wilson(2, 3)[1])


def test_that_nothing_kept_leaves_precision_open():
    found = at_threshold(class_sheet([0, 1], [0.2, 0.3]), 0.9, 0)
    assert (found.precision.value, found.precision.low, found.precision.high) == (None, 0.0, 1.0)


def test_that_skipping_widens_the_intervals_and_moves_no_figure():
    plain = at_threshold(class_sheet([0, 0, 1, 1], [0.9, 0.2, 0.8, 0.1]), 0.5, 0)
    found = at_threshold(class_sheet([0, 0, 1, 1], [0.9, 0.2, 0.8, 0.1], [0.9, 0.1]), 0.5, 0)
    for name in ("precision", "recall", "f1"):
        one, other = getattr(plain, name), getattr(found, name)
        assert (one.value, one.n) == (other.value, other.n)
        assert other.low < one.low or other.high > one.high


def test_that_what_hangs_together_is_worth_less_than_as_many_independent_answers():
    right, of = np.array([5.0, 5.0, 0.0, 5.0, 0.0, 5.0]), np.full(6, 5.0)
    low, high = wilson_of_groups(right, of)
    plain = wilson(20, 30)
    assert low < plain[0]
    assert high > plain[1]


@pytest.mark.parametrize("values", [[0.0] * 3, [0.5] * 3, [0.0] * 40, [2.0, 2.0]])
def test_that_equal_misses_leave_room_for_others_that_chance_left_out(values):
    low, high = mean_interval(np.array(values))
    unseen = wilson(0, len(values))[1]
    assert high >= values[0] + unseen and low <= max(0.0, values[0] - unseen)


@pytest.mark.parametrize("shares", [(0.85, 0.1, 0.05), (0.95, 0.0, 0.05), (0.5, 0.5, 0.0), (0.0, 0.1, 0.9)])
@pytest.mark.parametrize("n", [3, 5, 10, 20, 40])
def test_that_the_interval_of_repeated_scores_covers_their_mean(n, shares):
    rng, steps = np.random.default_rng(n), np.array([0.0, 0.5, 1.0])
    ends = [mean_interval(rng.choice(steps, n, p=shares)) for _ in range(500)]
    assert np.mean([low <= steps @ shares <= high for low, high in ends]) >= 0.92


@pytest.mark.parametrize("n", [2, 3, 5, 10])
def test_that_the_interval_of_a_mean_answer_covers_it(n):
    rng = np.random.default_rng(n)
    ends = [answer_interval(np.round(rng.normal(0.5, 0.15, n).clip(0, 1), 1)) for _ in range(1000)]
    assert np.mean([low <= 0.5 <= high for low, high in ends]) >= 0.93
    assert all(0 <= low < high <= 1 for low, high in ends)


def test_that_one_answer_says_nothing_of_the_mean():
    assert answer_interval(np.array([0.9])) == (0.0, 1.0)


def test_that_a_label_that_came_after_the_version_is_never_said_to_be_right():
    nan = float("nan")
    said, given = np.array([[nan, 0.7, 0.3], [nan, nan, nan]], np.float32), np.eye(3, dtype=np.float32)[[1, 0]]
    sheet = Sheet(HeadKind.CLASS, given, said, np.zeros((0, 3), np.float32))
    assert at_threshold(sheet, 0.0).precision.value == 0.5


def test_that_the_interval_of_a_mean_covers_it_in_95_of_100_draws():
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(2000):
        low, high = mean_interval(np.abs(rng.normal(size=25)))
        covered += low <= np.sqrt(2 / np.pi) <= high
    assert 0.93 <= covered / 2000 <= 0.97
