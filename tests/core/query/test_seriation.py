"""Look-alikes side by side, and which images a head is sure of."""

from __future__ import annotations

import numpy as np
import pytest

from core.query.confident import sure_counts, sureness
from core.query.seriation import side_by_side
from core.values import HeadKind


def blobs(kinds: int, each: int, *, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = np.repeat(rng.standard_normal((kinds, 48)), each, axis=0)
    rows = centres + 0.3 * rng.standard_normal(centres.shape)
    return rows[rng.permutation(len(rows))].astype(np.float16)


def likeness(rows: np.ndarray) -> float:
    """Mean cosine of neighbours."""
    unit = rows.astype(np.float32)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    return float((unit[1:] * unit[:-1]).sum(axis=1).mean())


@pytest.mark.parametrize("count", [0, 1, 2, 3, 500])
def test_that_every_row_comes_once(count):
    order = side_by_side(blobs(1, count))
    assert sorted(order.tolist()) == list(range(count))


def test_that_look_alikes_sit_together():
    rows = blobs(20, 30)
    ordered = likeness(rows[side_by_side(rows)])
    assert likeness(rows) < 0.2
    assert ordered > 0.85


def test_that_an_order_is_the_same_each_time():
    rows = blobs(5, 40)
    np.testing.assert_array_equal(side_by_side(rows), side_by_side(rows))


def test_that_rows_that_are_all_alike_are_ordered_too():
    assert sorted(side_by_side(np.ones((60, 8), np.float16)).tolist()) == list(range(60))


def test_that_a_head_is_sure_only_of_what_it_decides():
    said = np.array([[0.9, 0.1], [0.4, 0.6], [np.nan, np.nan]])
    np.testing.assert_allclose(sureness(said, HeadKind.CLASS, 0), [0.9, -1, -1])
    np.testing.assert_allclose(sureness(said, HeadKind.TAGS, 1), [-1, 0.6, -1])


def test_that_each_score_is_of_one_bracket_the_surer_the_nearer():
    said = np.array([[0.70], [0.74], [0.75], [np.nan]])
    np.testing.assert_allclose(sureness(said, HeadKind.SCORE, 7), [1.0, 0.6, -1, -1], atol=1e-5)
    np.testing.assert_allclose(sureness(said, HeadKind.SCORE, 8), [-1, -1, 0.5, -1], atol=1e-5)


@pytest.mark.parametrize("kind", HeadKind)
def test_that_counts_are_of_the_images_that_are_sure_one_by_one(kind):
    outputs = 1 if kind is HeadKind.SCORE else 3
    said = np.random.default_rng(0).random((200, outputs))
    waiting = np.arange(200)[:, None] % 2 == np.zeros((1, outputs if kind is HeadKind.TAGS else 1))
    threshold = 0.0 if kind is HeadKind.SCORE else 0.7
    each = range(11) if kind is HeadKind.SCORE else range(3)
    sure = [(sureness(said, kind, output) >= threshold) & waiting[:, 0] for output in each]
    assert sure_counts(said, kind, waiting, threshold).tolist() == [int(one.sum()) for one in sure]
