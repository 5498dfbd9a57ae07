"""The map of embeddings: neighbours stay together, landmarks lead the others to their places, the same every time."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from core.review import embedding_map
from core.review.embedding_map import choose_landmarks, make_map
from core.review.layout import find_edges, lay_out


def clusters(images: int, dim: int = 48, count: int = 12) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    which = rng.integers(count, size=images)
    centres = rng.normal(size=(count, dim))
    return (centres[which] + 0.6 * rng.normal(size=(images, dim))).astype(np.float32), which


def test_that_neighbours_stay_together_better_than_in_two_principal_components():
    points, _ = clusters(400)
    found = make_map(points)
    flat = found.projection.apply(points)[:, :2]
    laid = trustworthiness(points, found.place(points), n_neighbors=8)
    assert laid > trustworthiness(points, flat, n_neighbors=8) + 0.1
    assert laid > 0.85


def test_that_an_image_that_is_no_landmark_lies_with_its_like(monkeypatch):
    monkeypatch.setattr(embedding_map, "LANDMARKS", 200)
    points, which = clusters(600)
    places = make_map(points[choose_landmarks(600)]).place(points)
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert np.mean(which[apart.argmin(axis=1)] == which) > 0.95


def test_that_the_same_embeddings_give_the_same_map_and_a_landmark_its_own_place():
    points, _ = clusters(120)
    first, again = make_map(points), make_map(points)
    assert np.array_equal(first.places, again.places)
    assert first.place(points) == pytest.approx(first.places, abs=1e-3)


def test_that_attraction_is_mutual():
    edges = find_edges(np.random.default_rng(1).normal(size=(30, 3)).astype(np.float32), 4)
    pairs = set(zip(edges.first.tolist(), edges.second.tolist(), strict=True))
    assert pairs == {(other, one) for one, other in pairs}
    assert edges.weights.sum() == pytest.approx(1.0)


def test_that_a_map_outgrown_by_its_images_says_so():
    small = make_map(clusters(100)[0])
    assert not small.outgrown(140)
    assert small.outgrown(151)


@pytest.mark.parametrize("images", [1, 2, 3, 5])
def test_that_a_few_images_have_a_map_too(images):
    points = clusters(8)[0][:images]
    places = make_map(points).place(points)
    assert places.shape == (images, 2)
    assert np.isfinite(places).all()


@pytest.mark.parametrize("seed", range(4))
def test_that_no_point_runs_away(seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(int(rng.integers(16, 90)), int(rng.integers(1, 40)))).astype(np.float32)
    assert np.ptp(make_map(points).places, axis=0).max() < 500


def test_that_equal_images_lie_in_one_place_and_break_nothing():
    places = make_map(np.ones((40, 8), np.float32)).place(np.ones((40, 8), np.float32))
    assert np.isfinite(places).all()


def test_that_a_layout_nobody_waits_for_ends_at_once():
    points = clusters(50)[0]
    start = points[:, :2]
    assert np.abs(lay_out(points, start, is_cancelled=lambda: True)).max() < 1.0
