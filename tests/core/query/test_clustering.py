"""Weighted k-means and principal components."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.query.clustering import (
    assign,
    principal_components,
    seed_centres,
    squared_distances,
    unit_rows,
    weighted_kmeans,
)


def test_that_a_heavy_point_pulls_its_centre():
    points = np.array([[0.0], [1.0]], dtype=np.float32)
    centres, _, _ = weighted_kmeans(points, np.array([9.0, 1.0]), np.array([[0.4]], dtype=np.float32))
    assert centres[0, 0] == pytest.approx(0.1)


def test_that_a_cluster_without_points_stays_where_it_was():
    points = np.zeros((5, 2), dtype=np.float32)
    far = np.array([[0.0, 0.0], [9.0, 9.0]], dtype=np.float32)
    centres, cluster, _ = weighted_kmeans(points, np.ones(5), far)
    assert centres[1].tolist() == [9.0, 9.0]
    assert set(cluster) == {0}


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 40), k=st.integers(1, 8), seed=st.integers(0, 99))
def test_that_steps_of_kmeans_never_raise_the_weighted_cost(n, k, seed):
    rng = np.random.default_rng(seed)
    points, weights = rng.normal(size=(n, 3)).astype(np.float32), rng.random(n) + 0.01
    start = points[rng.integers(n, size=k)]
    _, before = assign(points, start)
    _, _, after = weighted_kmeans(points, weights, start)
    assert (weights * after).sum() <= (weights * before).sum() * (1 + 1e-4) + 1e-5


def test_that_seeding_by_distance_reaches_every_clump():
    points = np.repeat(np.eye(5, dtype=np.float32) * 100, 10, axis=0)
    none = np.empty((0, 5), dtype=np.float32)
    centres = seed_centres(points, np.ones(50), 5, np.random.default_rng(0), fixed=none)
    assert len(np.unique(centres, axis=0)) == 5


def test_that_distances_are_never_negative():
    points = np.random.default_rng(0).normal(1e3, 1e-3, (50, 4)).astype(np.float32)
    assert squared_distances(points, points).min() >= 0.0


def test_that_principal_components_keep_the_distances_of_flat_data():
    rng = np.random.default_rng(0)
    flat = rng.normal(size=(60, 3)).astype(np.float32) @ rng.normal(size=(3, 40)).astype(np.float32)
    points = principal_components(flat, components=4).apply(flat)
    rows = unit_rows(flat)
    assert np.allclose(squared_distances(points, points), squared_distances(rows, rows), atol=1e-4)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_that_principal_components_of_hardly_any_images_work(n):
    few = np.ones((n, 10), dtype=np.float16)
    assert principal_components(few).apply(few).shape[0] == n
