"""The benchmark of searches runs, and every figure stands beside its baseline."""

from __future__ import annotations

from core.benchmarks import BenchOptions
from core.benchmarks.find import run


def test_that_every_figure_of_a_search_has_a_baseline():
    rows = run(BenchOptions(None, quick=True))
    assert len(rows) == 3
    assert all(row.value > 0 and row.baseline and row.ratio for row in rows)
