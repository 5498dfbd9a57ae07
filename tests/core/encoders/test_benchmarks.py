"""The benchmarks of defects, photographs and embedding: their arithmetic, and that they run."""

import numpy as np
import pytest
from scipy.special import softmax

from core.benchmarks import BenchOptions, defects, embedding, photographs
from core.benchmarks.regression import fit_logistic


def test_that_the_defects_benchmark_runs_without_photographs():
    rows = defects.run(BenchOptions(None, quick=True))
    assert rows[0].name == "signal, drawn: five-way accuracy"
    assert len(rows) == 6
    assert all(0 <= row.value <= 1 and row.note for row in rows)


def test_that_no_photograph_is_on_both_sides_of_a_split():
    numbers = np.repeat(np.arange(7), 5)
    pictures = defects.Degraded(np.zeros((35, 1)), np.zeros((35, 1)), np.tile(np.arange(5), 7), numbers)
    for train in defects._halves(pictures, 20, 0):
        assert not set(numbers[train]) & set(numbers[~train])
        assert len(set(numbers[train])) == 4


def test_that_the_area_under_the_curve_counts_pairs():
    positive = np.array([False, True, False, True])
    assert defects.area_under_curve(np.array([1.0, 2.0, 3.0, 4.0]), positive) == 0.75
    assert defects.area_under_curve(np.zeros(4), positive) == 0.5


def test_that_folds_never_split_a_group():
    groups = np.random.default_rng(0).integers(0, 40, 200)
    folds = photographs._folds(groups, 0)
    assert {len(set(folds[groups == group])) for group in set(groups)} == {1}
    assert set(folds) == set(range(photographs.FOLDS))


def test_that_the_baseline_finds_the_probabilities_that_made_the_labels():
    rng = np.random.default_rng(0)
    inputs, weights = rng.normal(size=(4000, 3)), np.array([[2.0, 0, -2], [0, 1, -1], [0, 0, 0]])
    truth = softmax(inputs @ weights, axis=1)
    targets = np.eye(3)[[rng.choice(3, p=row) for row in truth]]
    found = fit_logistic(inputs, targets, penalty=0.01).predict(inputs)
    assert np.abs(found - truth).mean() < 0.02


@pytest.mark.shared
def test_that_the_photographs_benchmark_stands_beside_its_baselines(shared):
    rows = photographs.run(BenchOptions(shared, quick=True))
    assert [row.unit for row in rows] == ["images/s", "share"]
    assert all(row.baseline and row.ratio for row in rows)


def test_that_the_photographs_benchmark_has_nothing_to_say_without_photographs():
    assert photographs.run(BenchOptions(None)) == []


def test_that_embedding_files_is_set_beside_the_network_alone():
    embedded, read = embedding.run(BenchOptions(None, quick=True, device="cpu"))
    assert embedded.name.startswith("embed files") and read.name.startswith("make files ready")
    assert embedded.baseline == read.baseline
    assert embedded.ratio == pytest.approx(embedded.value / (embedded.baseline or 0.0))
    assert "cpu" in embedded.note
