"""The benchmark of the store runs, and every figure stands beside its baseline."""

from __future__ import annotations

from core.benchmarks import BenchOptions
from core.benchmarks.store import run


def test_that_every_figure_of_the_store_has_a_baseline():
    rows = run(BenchOptions(None, quick=True))
    assert len(rows) == 4
    assert all(row.value > 0 and row.baseline and row.ratio for row in rows)
