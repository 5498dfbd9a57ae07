"""The benchmark of versions and the letters it stands on."""

from __future__ import annotations

import numpy as np

from core.benchmarks import BenchOptions
from core.benchmarks.letters import DIM, LETTERS, draw_letters
from core.benchmarks.version import run
from core.heads.kernel import fit_kernel
from core.values import HeadKind
from tests.core.heads.material import one_hot


def test_that_letters_depend_on_the_seed_alone():
    first, again, other = (draw_letters(50, seed=seed) for seed in (1, 1, 2))
    assert first.embeddings.shape == (50, DIM)
    np.testing.assert_array_equal(first.embeddings, again.embeddings)
    assert (first.embeddings != other.embeddings).any()


def test_that_letters_can_be_learned_but_not_at_once():
    learned, judged = draw_letters(300, seed=0), draw_letters(500, seed=1)
    targets = one_hot(learned.labels, len(LETTERS))
    head = fit_kernel(learned.embeddings, targets, np.ones(300, np.float32), HeadKind.CLASS)
    accuracy = (head.predict(judged.embeddings).argmax(1) == judged.labels).mean()
    assert 0.5 < accuracy < 0.9


def test_that_a_quick_run_says_that_the_baseline_was_scaled():
    rows = run(BenchOptions(None, quick=True))
    times = [row for row in rows if row.unit == "s"]
    assert len(times) == 2
    assert all("timed on 60 and scaled" in row.note and row.ratio and row.ratio > 1 for row in times)
    assert all(row.baseline is None or row.baseline > 0 for row in rows)
