"""The benchmark of hunts: pools with a rare label, and what a hunt finds in them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.benchmarks import BenchOptions, hunt
from core.benchmarks.label_sets import digits


@pytest.fixture(scope="module")
def rows():
    return {row.name: row for row in hunt.run(BenchOptions(None, quick=True))}


def test_that_hunts_from_nothing_and_from_one_example_are_held_against_chance(rows):
    assert set(rows) == {f"digits, small pool, at 5%: {name}" for name in ("hunt", "hunt from one example")}
    assert all(row.ratio > 3.0 for row in rows.values())
    assert all("times chance" in row.note for row in rows.values())


def test_that_the_example_is_a_positive_outside_the_pool_and_its_test():
    rare = hunt.rare_pool(digits(), 0.01, 3, whole=True)
    assert rare.data.targets[rare.example, 1] == 1.0
    assert rare.example not in np.concatenate([rare.pool, rare.test])
    assert rare.positive.sum() == 16


def test_that_the_example_is_not_counted_as_found():
    rare = hunt.rare_pool(digits(), 0.01, 3, whole=True)
    all_else = rare.pool[~rare.positive]
    found = hunt.hunt_from_example(replace(rare, pool=all_else), seed=3, budget=50)
    assert not found.counts.any()
