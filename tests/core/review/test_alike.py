"""Pairs of vectors that are alike, whatever block of the pool they lie in."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import Cancelled, UserError
from core.query.clustering import unit_rows
from core.review import alike
from core.review.alike import pairs_alike
from core.review.cells import Cells


def cosines_of(vectors: np.ndarray) -> np.ndarray:
    rows = vectors.astype(np.float64)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows @ rows.T


def twins_of_all_degrees(count: int, dim: int) -> np.ndarray:
    """As encoders give them and stores keep them: each second vector is the one before it, more or less turned."""
    rng = np.random.default_rng(4)
    vectors = rng.normal(size=(count, dim))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    aside = np.linspace(0.0, 0.2, count // 2)[:, None]
    vectors[1::2] = vectors[::2] + aside * vectors[1::2]
    return (vectors * rng.uniform(0.5, 30, (count, 1))).astype(np.float16)


@pytest.mark.parametrize("block", [3, 1000])
def test_that_every_pair_from_the_threshold_on_is_found_once(monkeypatch, block):
    monkeypatch.setattr("core.review.alike._BLOCK", block)
    vectors = unit_rows(np.random.default_rng(0).normal(size=(40, 4)).astype(np.float32))
    cosines = cosines_of(vectors)
    wanted = {(a, b) for a in range(40) for b in range(a + 1, 40) if cosines[a, b] >= 0.9}
    pairs, cosine = pairs_alike(vectors, 0.9)
    found = [tuple(pair) for pair in pairs.tolist()]
    assert len(found) == len(wanted) and set(found) == wanted
    assert cosine == pytest.approx(cosines[pairs[:, 0], pairs[:, 1]], abs=1e-6)


@pytest.mark.parametrize("dim", [96, 200])
@pytest.mark.parametrize("least", [0.998, 0.996, 0.994, 0.99])
def test_that_the_threshold_is_exact_between_the_finest_steps(monkeypatch, least, dim):
    monkeypatch.setattr("core.review.alike._BLOCK", 257)
    vectors = twins_of_all_degrees(4000, dim)
    cosines = np.triu(cosines_of(vectors), 1)
    assert np.count_nonzero(np.abs(cosines - least) < 1e-5) > 0, "some are as near as float32 can tell"
    pairs, _ = pairs_alike(vectors, least)
    assert np.array_equal(pairs[np.lexsort(pairs.T[::-1])], np.argwhere(cosines >= least))


def test_that_equal_vectors_are_wholly_alike_whatever_their_length_and_no_others():
    vectors = np.random.default_rng(1).normal(size=(50, 768)).astype(np.float16)
    vectors[10], vectors[20] = vectors[0], 4 * vectors[0]
    vectors[30] = vectors[0] * np.float16(1.01) + np.float16(0.01)
    assert pairs_alike(vectors, 1.0)[0].tolist() == [[0, 10], [0, 20], [10, 20]]


def test_that_what_is_no_number_counts_as_nothing():
    vectors = np.array([[1, 0], [np.nan, 1], [np.inf, 1], [0, 1], [0, 0], [0, 0]], np.float16)
    assert pairs_alike(vectors, 1.0)[0].tolist() == [[1, 2], [1, 3], [2, 3]]


def test_that_a_long_look_is_told_how_far_it_is_and_can_be_stopped(monkeypatch):
    monkeypatch.setattr("core.review.alike._BLOCK", 10)
    vectors, told = np.eye(40, dtype=np.float32), []
    pairs_alike(vectors, 0.9, told.append)
    assert told == pytest.approx(np.arange(6) / 6), "before each product of blocks"

    def stop(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        pairs_alike(vectors, 0.9, stop)


def test_that_a_threshold_that_joins_nearly_all_is_refused():
    with pytest.raises(UserError, match="nearly all images are"):
        pairs_alike(np.ones((200, 1), np.float32), 0.6)


def test_that_no_vector_makes_no_pair():
    pairs, cosine = pairs_alike(np.empty((0, 4), np.float32), 0.9)
    assert (pairs.shape, cosine.shape) == ((0, 2), (0,))


@pytest.mark.parametrize("least", [0.8, 0.95, 1.0])
def test_that_nothing_is_missed_where_few_directions_tell_most_pairs_apart(monkeypatch, least):
    monkeypatch.setattr("core.review.alike._BLOCK", 300)
    vectors = _of_falling_spread(2000, 300)
    vectors[1::5] = vectors[::5] + np.random.default_rng(6).normal(0, 0.02, (400, 300))
    vectors[2::5] = vectors[::5]
    compared_singly = _count_compared(monkeypatch)
    pairs, _ = pairs_alike(vectors, least)
    assert np.array_equal(
        pairs[np.lexsort(pairs.T[::-1])], np.argwhere(np.triu(cosines_of(vectors), 1) >= least - 1e-9)
    )
    assert len(pairs) >= 400
    assert 0 < sum(compared_singly) < 2000 * 2000 / 20


def test_that_vectors_in_one_tight_clump_are_compared_whole(monkeypatch):
    monkeypatch.setattr("core.review.alike._BLOCK", 50)
    compared_singly = _count_compared(monkeypatch)
    vectors = 1.0 + np.random.default_rng(7).normal(0, 0.3, (100, 300)).astype(np.float32)
    pairs, _ = pairs_alike(vectors, 0.93)
    assert np.array_equal(pairs[np.lexsort(pairs.T[::-1])], np.argwhere(np.triu(cosines_of(vectors), 1) >= 0.93))
    assert compared_singly == []


def _of_falling_spread(count: int, dim: int) -> np.ndarray:
    """As encoders give them: most of what tells two images apart lies in few directions."""
    spread = 1.0 / np.sqrt(np.arange(1, dim + 1))
    return (np.random.default_rng(5).normal(size=(count, dim)) * spread).astype(np.float32)


def _count_compared(monkeypatch) -> list[int]:
    """How many pairs were compared one by one, each time."""
    counts: list[int] = []
    products = alike._products

    def counting(vectors, pairs, *rows):
        counts.append(len(pairs))
        return products(vectors, pairs, *rows)

    monkeypatch.setattr(alike, "_products", counting)
    return counts


@pytest.mark.parametrize("least", [0.9, 0.95, 0.99, 1.0])
@pytest.mark.parametrize("make", ["falling", "clustered", "clump"])
def test_that_cells_lose_no_pair(monkeypatch, least, make):
    monkeypatch.setattr("core.review.alike._WORTH_CELLS", 0)
    monkeypatch.setattr("core.review.alike._WORTH_PARTS", 2.0)
    monkeypatch.setattr("core.review.cells._CHUNK", 700)
    vectors = _of_falling_spread(3000, 160)
    if make != "falling":
        vectors += (2.5 if make == "clump" else 1.0) * _of_falling_spread(30, 160)[np.arange(3000) % 30]
    vectors[1::5] = vectors[::5] + np.random.default_rng(6).normal(0, 0.02, (600, 160))
    vectors[2::5] = vectors[::5]
    vectors = vectors.astype(np.float16)
    pairs, cosine = pairs_alike(vectors, least)
    cosines = np.triu(cosines_of(vectors), 1)
    assert np.array_equal(pairs[np.lexsort(pairs.T[::-1])], np.argwhere(cosines >= least - 1e-9))
    assert cosine == pytest.approx(cosines[pairs[:, 0], pairs[:, 1]], abs=1e-5)


def test_that_cells_spare_most_comparisons_of_clustered_vectors_and_are_left_out_where_they_spare_none():
    clustered = 3.0 * _of_falling_spread(60, 160)[np.arange(9000) % 60] + _of_falling_spread(9000, 160)
    assert share_to_compare(clustered) < 0.1
    assert share_to_compare(np.random.default_rng(8).normal(size=(9000, 160)).astype(np.float32)) > 0.8


def test_that_a_look_by_cells_is_told_how_far_it_is_and_can_be_stopped():
    clustered = 3.0 * _of_falling_spread(60, 160)[np.arange(9000) % 60] + _of_falling_spread(9000, 160)
    told: list[float] = []
    pairs_alike(clustered, 0.99, told.append)
    assert told == sorted(told) and len(set(told)) > 3 and 0.9 < told[-1] <= 1

    def stop(share: float) -> None:
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        pairs_alike(clustered, 0.99, stop)


def share_to_compare(vectors: np.ndarray) -> float:
    points = alike._Within.of(vectors, alike.ignore).points
    cells = Cells.of(points, points.shape[1] - 2, lambda: None)
    return cells.share_left(alike._radius(0.95))


def test_that_cells_with_centres_close_together_lose_no_pair():
    limit, lost = 0.3, 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        middle, away = np.linalg.qr(rng.normal(size=(32, 2)))[0].T
        points = np.stack([middle - 0.49 * limit * away, middle + (0.49 * limit + 5e-4) * away]).astype(np.float32)
        centres = np.stack([middle, middle + 5e-4 * away]).astype(np.float32)
        apart = 0.5 * (centres**2).sum(axis=1) - points @ centres.T
        cell = apart.argmin(axis=1)
        cells = Cells(np.arange(2), points, centres, cell, apart[np.arange(2), cell].astype(np.float32))
        found = {(int(row), int(other)) for _, rows, others in cells.parts(limit) for row in rows for other in others}
        lost += cell.tolist() == [0, 1] and (0, 1) not in found
    assert lost == 0
