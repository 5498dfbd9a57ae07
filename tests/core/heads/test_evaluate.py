"""Figures and their intervals, against other implementations and by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from core.heads.audit_figures import audit_metrics
from core.heads.evaluate import (
    agreement,
    calibration_error,
    metrics,
    rank_correlation,
)
from core.review.audit import Sheet
from core.review.average_precision import pooled_precision
from core.review.intervals import mean_interval, wilson
from core.values import HeadKind
from tests.core.heads.material import one_hot


def test_that_the_interval_of_a_share_is_wilsons():
    low, high = wilson(8, 10)
    assert (low, high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))


@given(st.integers(0, 500), st.integers(1, 500))
def test_that_an_interval_holds_its_share_and_stays_in_bounds(k: int, n: int):
    low, high = wilson(min(k, n), n)
    assert 0 <= low <= min(k, n) / n + 1e-12
    assert min(k, n) / n - 1e-12 <= high <= 1


def test_that_nothing_judged_has_the_widest_interval():
    assert wilson(0, 0) == (0.0, 1.0)


def test_that_the_interval_of_a_mean_narrows_with_n():
    values = np.random.default_rng(0).exponential(size=400)
    few, many = mean_interval(values[:20]), mean_interval(values)
    assert many[0] < values.mean() < many[1]
    assert many[1] - many[0] < few[1] - few[0]


def test_that_rank_correlation_is_spearmans():
    rng = np.random.default_rng(0)
    one, other = np.round(rng.normal(size=50), 1), np.round(rng.normal(size=50), 1)
    assert rank_correlation(one, other) == pytest.approx(spearmanr(one, other).statistic)
    assert rank_correlation(one, np.ones(50)) is None


def test_that_calibration_error_is_the_gap_between_confidence_and_truth():
    right = np.array([True, False] * 50)
    assert calibration_error(np.full(100, 0.5), right) == pytest.approx(0.0)
    assert calibration_error(np.full(100, 0.9), right) == pytest.approx(0.4)


def test_that_class_figures_are_right_by_hand():
    given_labels, said = np.array([0, 0, 0, 1, 2, 2]), np.array([0, 0, 1, 1, 2, 0])
    found = metrics(HeadKind.CLASS, ("a", "b", "c"), one_hot(given_labels), one_hot(said), by="out-of-fold")
    assert (found.n, found.by, found.accuracy) == (6, "out-of-fold", pytest.approx(4 / 6))
    assert (found.accuracy_low, found.accuracy_high) == wilson(4, 6)
    assert found.balanced_accuracy == pytest.approx((2 / 3 + 1 + 1 / 2) / 3)
    low, high = (pytest.approx(end) for end in wilson(2, 3))
    assert found.per_label["a"] == {
        "n": 3,
        "precision": pytest.approx(2 / 3),
        "precision_low": low,
        "precision_high": high,
        "recall": pytest.approx(2 / 3),
        "recall_low": low,
        "recall_high": high,
    }


def test_that_a_label_nobody_gave_has_no_recall():
    found = metrics(HeadKind.CLASS, ("a", "b"), one_hot(np.zeros(4, int), 2), one_hot(np.zeros(4, int), 2), by="audit")
    assert found.per_label["b"] == {"n": 0.0}
    assert found.balanced_accuracy == 1.0


def test_that_a_score_error_is_in_brackets():
    found = metrics(HeadKind.SCORE, (), np.array([[0.2], [0.4], [0.9]]), np.array([[0.3], [0.4], [0.7]]), by="audit")
    assert found.mae == pytest.approx(1.0)
    assert found.mae_low is not None
    assert found.mae_high is not None
    assert found.mae_low <= found.mae <= found.mae_high
    assert found.rank_correlation == pytest.approx(1.0)


def test_that_unknown_tags_are_not_judged():
    targets = np.array([[1, np.nan], [0, np.nan], [np.nan, np.nan]])
    found = metrics(HeadKind.TAGS, ("dog", "cat"), targets, np.array([[0.9, 0.9], [0.2, 0.9], [0.5, 0.9]]), by="audit")
    assert (found.n, found.accuracy) == (2, 1.0)
    assert found.per_label["dog"]["n"] == 1.0
    assert found.per_label["cat"] == {"n": 0.0}


def test_that_the_figure_of_tags_is_of_all_known_answers_in_one_order():
    rng = np.random.default_rng(0)
    targets = (rng.random((60, 3)) < 0.3).astype(np.float32)
    targets[rng.random((60, 3)) < 0.2] = np.nan
    said = np.clip(np.nan_to_num(targets) * 0.4 + rng.random((60, 3)) * 0.6, 0, 1)
    found = metrics(HeadKind.TAGS, ("a", "b", "c"), targets, said, by="audit")
    known = ~np.isnan(targets)
    expected = pooled_precision(targets[known] > 0.5, said[known], np.nonzero(known)[0])
    assert expected is not None
    assert (found.average_precision, found.average_precision_low, found.average_precision_high) == (
        expected.value,
        expected.low,
        expected.high,
    )
    rows = np.flatnonzero(known[:, 1])
    alone = pooled_precision(targets[rows, 1] > 0.5, said[rows, 1], rows)
    assert alone is not None
    assert found.per_label["b"]["average_precision"] == alone.value


def test_that_a_skipped_image_widens_the_average_precision_and_moves_it_nowhere():
    rng = np.random.default_rng(1)
    targets = (rng.random((40, 2)) < 0.3).astype(np.float32)
    said = np.clip(targets * 0.4 + rng.random((40, 2)) * 0.6, 0, 1).astype(np.float32)
    sheet = Sheet(HeadKind.TAGS, targets, said, np.empty((0, 2), np.float32))
    skipped = replace(sheet, skipped=np.array([[0.9, 0.2], [0.3, 0.8]], np.float32))
    plain, wide = audit_metrics(("a", "b"), sheet), audit_metrics(("a", "b"), skipped)
    assert wide.average_precision == plain.average_precision
    assert (wide.average_precision_low or 0) < (plain.average_precision_low or 0)
    assert (wide.average_precision_high or 0) > (plain.average_precision_high or 0)


@pytest.mark.parametrize("seed", range(12))
def test_that_the_interval_of_tags_holds_whatever_skipped_images_show(seed):
    rng = np.random.default_rng(seed)
    likely = rng.beta(1, 3, (rng.integers(8, 30), 2))
    said = np.clip(likely + rng.normal(0, 0.15, likely.shape), 0.01, 0.99).astype(np.float32)
    targets = (rng.random(likely.shape) < likely).astype(np.float32)
    targets[3, 0] = 1.0
    found = audit_metrics(("a", "b"), Sheet(HeadKind.TAGS, targets[:-3], said[:-3], said[-3:]))
    images = np.repeat(np.arange(len(targets)), 2)
    shown = [np.concatenate([targets[:-3].ravel(), one]) > 0.5 for one in product((0.0, 1.0), repeat=6)]
    every = [figure for one in shown if (figure := pooled_precision(one, said.ravel(), images)) is not None]
    assert found.average_precision_low <= found.average_precision <= found.average_precision_high
    assert found.average_precision_low < min(figure.low for figure in every) + 0.02
    assert found.average_precision_high > max(figure.high for figure in every) - 0.02


def test_that_no_precision_of_a_tag_is_worked_out_for_ends_that_nobody_reads(monkeypatch):
    counted = Mock(side_effect=pooled_precision)
    monkeypatch.setattr("core.heads.evaluate.pooled_precision", counted)
    rng = np.random.default_rng(5)
    said = rng.random((20, 2)).astype(np.float32)
    targets = (rng.random((20, 2)) < said).astype(np.float32)
    audit_metrics(("a", "b"), Sheet(HeadKind.TAGS, targets[:15], said[:15], said[15:]))
    assert counted.call_count == 3  # of both tags, and of all answers


def test_that_tags_that_nothing_is_told_of_move_no_interval():
    rng = np.random.default_rng(5)
    targets = (rng.random((40, 2)) < 0.4).astype(np.float32)
    said = np.clip(targets * 0.4 + rng.random((40, 2)) * 0.6, 0, 1).astype(np.float32)
    plain = Sheet(HeadKind.TAGS, targets[:35], said[:35], said[35:])
    silent = np.full((40, 1), np.nan, np.float32)
    more = [np.hstack([one, silent[: len(one)]]) for one in (plain.targets, plain.said, plain.skipped)]
    one, other = audit_metrics(("a", "b"), plain), audit_metrics(("a", "b", "c"), Sheet(HeadKind.TAGS, *more))
    assert other.average_precision_low == one.average_precision_low
    assert other.average_precision_high == one.average_precision_high


def test_that_nothing_judged_has_no_figures():
    found = metrics(HeadKind.CLASS, ("a", "b"), np.empty((0, 2)), np.empty((0, 2)), by="out-of-fold")
    assert (found.n, found.accuracy) == (0, None)


def test_that_agreement_is_the_share_of_equal_answers():
    one, other = np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([[0.6, 0.4], [0.7, 0.3]])
    known, partly = np.zeros((2, 2)), np.array([[0.0, np.nan], [np.nan, np.nan]])
    assert agreement(HeadKind.CLASS, one, other, known) == 0.5
    assert agreement(HeadKind.TAGS, one, other, known) == 0.5
    assert agreement(HeadKind.TAGS, one, other, partly) == 1.0
    assert agreement(HeadKind.SCORE, one, one, known) == pytest.approx(1.0)
