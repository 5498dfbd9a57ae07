"""The benches of label and ranking, quickly run."""

from __future__ import annotations

import numpy as np
import pytest

from core.benchmarks import BenchOptions, labels, ranking, rivals, seed_baseline
from core.benchmarks.label_sets import label_sets, score_sets, split
from core.values import HeadKind


@pytest.fixture(scope="module")
def quick_rows():
    return labels.run(BenchOptions(None, quick=True))


def test_that_the_label_bench_compares_every_strategy_with_random(quick_rows):
    names = " ".join(row.name for row in quick_rows)
    assert all(name in names for name in labels.STRATEGIES if name != labels.RANDOM)
    assert all(row.baseline is not None and np.isfinite(row.value) for row in quick_rows)


def test_that_disagreement_beats_random_order_on_digits(quick_rows):
    first = quick_rows[0]
    assert first.name == "digits: disagreement"
    assert first.value > first.baseline


def test_that_libraries_are_asked_about_the_same_images(quick_rows):
    names = [row.name for row in quick_rows]
    assert {"digits: skactiveml BADGE", "digits: modAL margin"} <= set(names)


def test_that_answers_needed_stand_beside_those_of_the_best_library(quick_rows):
    needed = [row for row in quick_rows if row.name.startswith("answers to ")]
    of_random, of_libraries = needed[::2], needed[1::2]
    assert len(of_random) == len(of_libraries) == 3
    assert all(row.ratio == row.value <= 1.0 and "scikit-activeml 1" in row.note for row in of_random)
    assert all(row.ratio == row.value / row.baseline and "best library" in row.note for row in of_libraries)
    for row in of_libraries:
        low, high = map(float, row.note.split("quotient ")[1].split(" to "))
        assert low <= row.ratio + 0.005
        assert row.ratio <= high + 0.005


def test_that_without_the_libraries_the_rows_say_so(monkeypatch):
    monkeypatch.setattr(rivals, "installed", lambda package: False)
    assert rivals.rivals(HeadKind.CLASS) == {}
    assert rivals.rivals_source() == "scikit-activeml is not installed, modAL-python is not installed"


def test_that_the_ranking_bench_says_what_was_scaled(monkeypatch):
    monkeypatch.setattr(seed_baseline, "_TIMED_STEPS", 4)
    rows = ranking.run(BenchOptions(None, quick=True))
    assert [row.unit for row in rows] == ["s", "s", "s", "accuracy"]
    assert "scaled" in rows[0].note
    assert rows[0].ratio is not None
    assert rows[0].ratio > 1


@pytest.mark.shared
def test_that_no_group_is_split_between_pool_and_test(shared):
    sets = [*label_sets(shared), *score_sets(shared)]
    assert sets
    for data in sets:
        parts = split(data)
        assert not set(data.groups[parts.pool]) & set(data.groups[parts.test])
        assert len(parts.pool) + len(parts.test) == len(data.targets)
