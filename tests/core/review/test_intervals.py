"""The interval of a difference."""

from __future__ import annotations

import pytest

from core.project.figures import changed_figure
from core.review.intervals import Figure, difference, wilson
from core.values import Metrics


def test_that_the_interval_is_that_of_newcombes_own_example():
    first, second = (Figure(k / n, *wilson(k, n)) for k, n in ((56, 70), (48, 80)))
    found = difference(first, second)
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


def test_that_two_versions_are_compared_by_the_figure_that_both_have():
    older = Metrics(50, "out-of-fold", mae=1.2, mae_low=1.0, mae_high=1.4, rank_correlation=0.5)
    newer = Metrics(60, "out-of-fold", mae=0.9, mae_low=0.8, mae_high=1.0)
    found = changed_figure(older, newer)
    assert found["figure"] == "mae"
    assert (found["change"], found["low"], found["high"]) == pytest.approx((-0.3, -0.5236, -0.0764), abs=1e-4)
    assert changed_figure(Metrics(0, "not measured"), newer) == {}
    assert changed_figure(Metrics(9, "x", accuracy=0.5), Metrics(9, "x", accuracy=0.75))["low"] is None
