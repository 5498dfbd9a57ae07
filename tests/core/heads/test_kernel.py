"""The kernel head learns what is near its answers and survives odd material."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.heads import kernel
from core.heads.evidence import KernelShape
from core.heads.kernel import KernelHead, fit_kernel
from core.values import HeadKind
from tests.core.heads.material import blobs, one_hot, targets_of

EVERY_KIND = pytest.mark.parametrize("kind", list(HeadKind))
SHAPE = KernelShape(0.4, 0.05)


def _fit(vectors, targets, kind=HeadKind.CLASS, **options) -> KernelHead:
    return fit_kernel(vectors, targets, np.ones(len(vectors), dtype=np.float32), kind, **options)


def test_that_images_near_answered_ones_get_their_label():
    vectors, given = blobs(60)
    head = _fit(vectors[:30], one_hot(given[:30]))
    assert (head.predict(vectors[30:]).argmax(1) == given[30:]).mean() > 0.9


def test_that_scores_are_learned():
    vectors, given = blobs(90, noise=0.3)
    head = _fit(vectors[:60], targets_of(HeadKind.SCORE, given[:60]), HeadKind.SCORE)
    assert np.abs(head.predict(vectors[60:])[:, 0] - given[60:] / 3.0).mean() < 0.05


def test_that_each_tag_is_learned_from_its_known_answers_alone():
    vectors, given = blobs(90, noise=0.3)
    targets = targets_of(HeadKind.TAGS, given)
    targets[:40, 0] = np.nan
    targets[50:60, 1] = np.nan
    head = _fit(vectors[:60], targets[:60], HeadKind.TAGS)
    assert ((head.predict(vectors[60:]) > 0.5) == (targets_of(HeadKind.TAGS, given[60:]) > 0.5)).mean() > 0.9


@EVERY_KIND
@pytest.mark.parametrize("n", [1, 2, 3])
def test_that_very_few_answers_give_finite_probabilities(kind, n):
    vectors, given = blobs(6)
    head = _fit(vectors[:n], targets_of(kind, given[:n]), kind)
    said = head.predict(vectors)
    assert np.isfinite(said).all()
    assert np.isfinite(head.loo).all()
    assert (said >= 0).all()
    assert (said <= 1).all()


@EVERY_KIND
def test_that_answers_all_the_same_are_believed_near_them(kind):
    vectors, _ = blobs(20)
    targets = targets_of(kind, np.zeros(20, dtype=np.int64))
    said = _fit(vectors, targets, kind).predict(vectors)
    assert np.abs(said - targets).max() < 0.5


@EVERY_KIND
def test_that_duplicates_with_different_answers_are_survived(kind):
    vectors = np.ones((12, 8), dtype=np.float32)
    targets = targets_of(kind, np.arange(12) % 3)
    assert np.isfinite(_fit(vectors, targets, kind).predict(vectors)).all()


def test_that_vectors_without_length_or_with_odd_values_are_survived():
    vectors, given = blobs(12)
    vectors[0], vectors[1, 0], vectors[2, 3] = 0.0, np.nan, np.inf
    assert np.isfinite(_fit(vectors, one_hot(given)).predict(vectors)).all()


def test_that_tags_nobody_answered_are_half_believed():
    vectors, given = blobs(12)
    targets = targets_of(HeadKind.TAGS, given)
    targets[:, 1] = np.nan
    assert np.allclose(_fit(vectors, targets, HeadKind.TAGS).predict(vectors)[:, 1], 0.5)


def test_that_far_from_every_answer_all_labels_are_as_likely():
    rows = np.zeros((4, 9), dtype=np.float32)
    rows[np.arange(4), np.arange(4)] = 1.0
    head = _fit(rows[:3], one_hot(np.array([0, 0, 1])), shape=KernelShape(0.2, 0.1))
    assert head.predict(rows[3:]) == pytest.approx(1 / 3, abs=1e-3)


def test_that_left_out_answers_are_those_of_a_head_without_the_image():
    vectors, given = blobs(15)
    targets = targets_of(HeadKind.SCORE, given)
    whole = _fit(vectors, targets, HeadKind.SCORE, shape=SHAPE)
    expected = _left_out_by_hand(vectors, targets, np.arange(15), [3])
    assert whole.loo[3, 0] == pytest.approx(expected[0], abs=1e-4)


def test_that_groups_leave_together():
    vectors, given = blobs(15)
    targets, groups = targets_of(HeadKind.SCORE, given), np.arange(15) // 3
    whole = _fit(vectors, targets, HeadKind.SCORE, shape=SHAPE, groups=groups)
    expected = _left_out_by_hand(vectors, targets, groups, [6, 7, 8])
    assert whole.loo[6:9, 0] == pytest.approx(expected, abs=1e-4)


def test_that_the_subset_form_answers_like_the_whole(monkeypatch):
    vectors, given = blobs(240)
    exact = _fit(vectors[:200], one_hot(given[:200]))
    monkeypatch.setattr(kernel, "EXACT_LIMIT", 100)
    monkeypatch.setattr(kernel, "SUPPORT_LIMIT", 60)
    subset = _fit(vectors[:200], one_hot(given[:200]))
    assert len(subset.support) == 60
    assert (subset.predict(vectors[200:]).argmax(1) == exact.predict(vectors[200:]).argmax(1)).mean() > 0.95


def test_that_a_weight_of_zero_takes_an_answer_out():
    vectors, given = blobs(20)
    targets, wrong = one_hot(given), one_hot(given)
    wrong[4] = one_hot(np.array([(given[4] + 1) % 3]))[0]
    weights = np.ones(20, dtype=np.float32)
    weights[4] = 0.0
    one = fit_kernel(vectors, targets, weights, HeadKind.CLASS, shape=SHAPE)
    other = fit_kernel(vectors, wrong, weights, HeadKind.CLASS, shape=SHAPE)
    assert np.allclose(one.predict(vectors), other.predict(vectors), atol=1e-5)


def test_that_an_answer_of_weight_two_counts_like_two():
    vectors, given = blobs(12)
    targets = targets_of(HeadKind.TAGS, given)
    weights = np.ones(12, dtype=np.float32)
    weights[0] = 2.0
    twice = np.concatenate([vectors, vectors[:1]]), np.concatenate([targets, targets[:1]])
    heavy = fit_kernel(vectors, targets, weights, HeadKind.SCORE, shape=SHAPE)
    double = fit_kernel(*twice, np.ones(13), HeadKind.SCORE, shape=SHAPE)
    assert np.allclose(heavy.predict(vectors), double.predict(vectors), atol=1e-3)


def test_that_tiles_count_as_their_mean():
    vectors, given = blobs(20)
    tiles = np.repeat(vectors[:, None], 5, axis=1)
    whole, tiled = _fit(vectors, one_hot(given), shape=SHAPE), _fit(tiles, one_hot(given), shape=SHAPE)
    assert np.allclose(whole.predict(vectors), tiled.predict(tiles), atol=1e-4)


def test_that_probabilities_are_about_as_often_right_as_they_say():
    vectors, given = blobs(600, noise=3.5)
    head = _fit(vectors[:200], one_hot(given[:200]))
    said = head.predict(vectors[200:])
    right = (said.argmax(1) == given[200:]).mean()
    assert 0.5 < right < 0.99
    assert abs(said.max(1).mean() - right) < 0.08


def test_that_no_answer_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        _fit(np.empty((0, 4), dtype=np.float32), np.empty((0, 3), dtype=np.float32))


@settings(max_examples=25, deadline=None)
@given(n=st.integers(1, 25), dim=st.integers(1, 30), seed=st.integers(0, 99), kind=st.sampled_from(HeadKind))
def test_that_any_answers_give_probabilities(n, dim, seed, kind):
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, dim)).astype(np.float16)
    targets = targets_of(kind, rng.integers(0, 3, n))
    if kind is HeadKind.TAGS:
        targets[rng.random(targets.shape) < 0.5] = np.nan
    head = fit_kernel(vectors, targets, rng.random(n), kind, groups=rng.integers(0, 5, n))
    for said in (head.predict(vectors), head.loo):
        assert ((said >= 0) & (said <= 1)).all()


def _left_out_by_hand(vectors, targets, groups, rows: list[int]) -> list[float]:
    """Solve without the group, with the mean of all answers as in the whole fit."""
    rest = np.flatnonzero(groups != groups[rows[0]])
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float64)
    matrix = np.exp((unit @ unit.T - 1.0) / SHAPE.width**2)
    mean = (targets.sum() + 0.5) / (len(targets) + 1.0)
    system = matrix[np.ix_(rest, rest)] + SHAPE.ridge * np.eye(len(rest))
    values = matrix[np.ix_(rows, rest)] @ np.linalg.solve(system, targets[rest, 0] - mean) + mean
    return [float(value) for value in np.clip(values, 0, 1)]
