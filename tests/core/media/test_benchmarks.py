"""The benchmarks of pictures and arrays run, and hold each figure against a baseline of the same run."""

import pytest

from core.benchmarks import BenchOptions, media, shards


@pytest.mark.parametrize("module", [media, shards], ids=lambda module: module.__name__)
def test_that_the_benchmark_gives_figures(module):
    rows = module.run(BenchOptions(None, quick=True))
    assert rows and all(row.value > 0 for row in rows)
    assert all(row.ratio == pytest.approx(row.value / row.baseline) for row in rows if row.baseline is not None)
