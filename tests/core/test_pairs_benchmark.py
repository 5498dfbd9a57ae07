"""The benchmark of pairs: every way of spending acts beside brackets alone."""

from __future__ import annotations

from core.benchmarks import BenchOptions, pairs


def test_that_each_way_is_held_against_brackets_alone_with_its_interval():
    rows = pairs.run(BenchOptions(None, quick=True))
    assert len(rows) == 10
    assert all(row.baseline is not None and "±" in row.note for row in rows)
