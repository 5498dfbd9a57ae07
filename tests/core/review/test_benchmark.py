"""The benchmark of conflicts: planted errors, and the orders that look for them."""

from __future__ import annotations

import numpy as np

from core.benchmarks import BenchOptions, conflicts


def test_that_the_queue_finds_planted_errors_at_least_as_well_as_cleanlab():
    (row,) = conflicts.run(BenchOptions(None, quick=True))
    assert row.value > 0.8
    assert row.baseline is not None
    assert row.value >= row.baseline - 1e-9
    assert "highest training loss" in row.note


def test_that_errors_are_planted_in_a_share_of_the_answers():
    labels = np.arange(200) % 4
    planted = conflicts.plant_errors(labels, 4, 0.05, seed=1)
    assert planted.wrong.sum() == 10
    np.testing.assert_array_equal(planted.given != labels, planted.wrong)
    assert planted.given.max() < 4


def test_that_average_precision_is_one_where_every_error_comes_first():
    wrong = np.array([False, True, False, True])
    assert conflicts.average_precision(wrong, np.array([0.1, 0.9, 0.2, 0.8])) == 1.0
    assert conflicts.average_precision(wrong, np.array([0.9, 0.2, 0.8, 0.1])) == (1 / 3 + 2 / 4) / 2
