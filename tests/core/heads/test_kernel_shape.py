"""Width and ridge of the kernel head follow from its answers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.heads.evidence import KernelShape, choose_shape, patterns
from core.heads.similarity import typical_distance, unit_rows
from tests.core.heads.material import blobs, one_hot


def _choose(vectors, targets, **options) -> KernelShape:
    rows = unit_rows(vectors)
    residuals = targets.astype(np.float64) - np.nanmean(targets, axis=0)
    return choose_shape(rows @ rows.T, residuals, np.ones(len(rows)), None, **options)


def test_that_noisy_answers_ask_for_more_ridge_than_clean_ones():
    vectors, given = blobs(150, noise=0.5)
    wrong = np.random.default_rng(0).integers(0, 3, 150)
    assert _choose(vectors, one_hot(wrong)).ridge > _choose(vectors, one_hot(given)).ridge


def test_that_fine_detail_asks_for_a_narrower_width_than_a_trend():
    along = np.linspace(0, 1.5, 120)
    vectors = np.stack([np.cos(along), np.sin(along)], axis=1)
    trend, detail = along[:, None] / 1.5, (np.sin(40 * along)[:, None] + 1) / 2
    narrow, wide = _choose(vectors, detail).width, _choose(vectors, trend).width
    assert narrow is not None
    assert wide is not None
    assert narrow < wide


def test_that_too_few_answers_take_the_usual_shape():
    vectors, given = blobs(1)
    assert _choose(vectors, one_hot(given)).width == pytest.approx(0.5**0.5)


def test_that_a_linear_shape_has_no_width():
    vectors, given = blobs(40)
    assert _choose(vectors, one_hot(given), linear=True).width is None


def test_that_outputs_known_on_the_same_rows_share_a_pattern():
    targets = np.array([[1, 0, np.nan], [0, 1, 1], [1, 1, 0]])
    found = patterns(targets, np.ones(3))
    assert [part.outputs.tolist() for part in found] == [[0, 1], [2]]
    assert [part.rows.tolist() for part in found] == [[0, 1, 2], [1, 2]]


def test_that_rows_without_weight_are_in_no_pattern():
    assert patterns(np.ones((3, 1)), np.array([1.0, 0.0, 1.0]))[0].rows.tolist() == [0, 2]


def test_that_the_typical_distance_ignores_duplicates():
    rows = unit_rows(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    assert typical_distance(rows @ rows.T) == pytest.approx(1.0)
    assert typical_distance(torch.ones(1, 1)) == 0.5
