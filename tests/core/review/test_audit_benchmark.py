"""Intervals from the audit set hold the truth about as often as they say; those on every answer do not."""

from __future__ import annotations

import numpy as np

from core.benchmarks import BenchOptions
from core.benchmarks.audit import coverage, run
from core.review.audit import Sheet, at_threshold
from core.values import HeadKind


def test_that_intervals_of_simulated_projects_cover_the_truth():
    covered, tried = coverage(120, seed=3)
    of_audit = [name for name in tried if name[1] == "audit"]
    assert 0.93 <= sum(covered[name] for name in of_audit) / sum(tried[name] for name in of_audit) <= 0.97
    assert min(covered[name] / tried[name] for name in of_audit) >= 0.9
    assert covered["accuracy", "every"] / tried["accuracy", "every"] < 0.5


def test_that_every_figure_is_a_row_beside_its_baseline():
    rows = run(BenchOptions(None, quick=True))
    of_figures, near, mostly = rows[:7], rows[7:13], rows[13:]
    assert all(row.baseline is not None and 0.8 <= row.value <= 1.0 for row in of_figures)
    assert [row.baseline is None for row in near] == [True, False] * 3
    assert all("answers near the limits" in row.name for row in near)
    assert [row.name.split()[4] for row in mostly] == ["precision", "recall", "f1"]
    assert all("80% of the pool answered" in row.name and 0.8 <= row.value <= 1.0 for row in mostly)


def test_that_skipping_all_that_is_hard_leaves_the_truth_in_the_interval():
    rng = np.random.default_rng(0)
    given = rng.integers(0, 2, 60)
    said = np.where(rng.random(60) < 0.7, given, 1 - given)
    sure = np.eye(2, dtype=np.float32)[said] * 0.8 + 0.1
    right = said == given
    sheet = Sheet(HeadKind.CLASS, np.eye(2, dtype=np.float32)[given[right]], sure[right], sure[~right])
    found = at_threshold(sheet, 0.5, 0)
    truth = float((given[said == 0] == 0).mean())
    assert found.precision.value == 1.0
    assert found.precision.low <= truth <= found.precision.high
