"""Two heads on the same answers, of vectors and of their surroundings, and how left-out answers share between them."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from core.heads.surroundings import NEAREST, Surroundings
from core.heads.two_views import fit_two_views, share_of_second
from core.values import HeadKind
from tests.core.heads.material import blobs, one_hot


def test_that_surroundings_are_the_mean_of_the_nearest_without_the_image_itself():
    rng = np.random.default_rng(0)
    drawn = rng.normal(size=(300, 6)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    asked = np.concatenate([drawn[:3], 5.0 * rng.normal(size=(2, 6)).astype(np.float32)])
    found = Surroundings(drawn).of(asked)
    for vector, mean in zip(asked, found, strict=True):
        alike = drawn @ (vector / np.linalg.norm(vector))
        others = np.flatnonzero(alike < 1.0 - 1e-5)
        nearest = others[np.argsort(-alike[others])[:NEAREST]]
        np.testing.assert_allclose(mean, drawn[nearest].mean(axis=0), atol=1e-5)


@pytest.mark.parametrize(("count", "enough"), [(0, False), (NEAREST, False), (NEAREST + 1, True)])
def test_that_too_few_vectors_surround_nothing(count, enough):
    assert bool(Surroundings(np.ones((count, 4), np.float32))) is enough


def test_that_vectors_that_are_not_finite_have_surroundings_that_are():
    vectors, _ = blobs(40, labels=2)
    broken = vectors[:2].copy()
    broken[0, 0], broken[1] = np.nan, np.inf
    assert np.isfinite(Surroundings(np.concatenate([vectors, broken])).of(broken)).all()


def right_by_six_answers(seed: int) -> list[float]:
    """Accuracy on all of three clumps that overlap: by vectors alone, and by both views."""
    vectors, labels = blobs(600, labels=3, noise=3.0, seed=seed)
    around = Surroundings(vectors).of(vectors)
    first = np.concatenate([np.flatnonzero(labels == label)[:2] for label in range(3)])
    asked = one_hot(labels[first]), np.ones(6)
    views = fit_two_views(vectors[first], around[first], *asked, HeadKind.CLASS, groups=np.arange(6), seed=0)
    said = views.plain.predict(vectors), views.predict(vectors, around)
    np.testing.assert_allclose(said[1].sum(axis=1), 1.0, atol=1e-5)
    return [float((each.argmax(axis=1) == labels).mean()) for each in said]


def test_that_few_answers_tell_more_by_their_surroundings_where_neighbours_share_a_label():
    alone, both = np.mean([right_by_six_answers(seed) for seed in range(3)], axis=0)
    assert both > alone + 0.04


@pytest.mark.parametrize("kind", [HeadKind.CLASS, HeadKind.TAGS])
def test_that_surroundings_that_foresee_nothing_lose_their_share(kind):
    labels = np.arange(60) % 2
    targets, weights = one_hot(labels, 2), np.ones(60)
    sure, blind = np.where(targets > 0, 0.9, 0.1), np.full((60, 2), 0.5)
    assert share_of_second(sure, blind, targets, weights, kind) < 0.1
    assert share_of_second(blind, sure, targets, weights, kind) > 0.85
    assert share_of_second(sure[:1], blind[:1], targets[:1], weights[:1], kind) > 0.3
    assert share_of_second(sure, blind, targets, np.zeros(60), kind) == pytest.approx(0.5)


@pytest.mark.parametrize("kind", [HeadKind.CLASS, HeadKind.TAGS])
def test_that_of_a_live_head_surroundings_have_to_tell_the_more_the_more_answers_there_are(kind):
    def share(answers: int, *, toll: bool) -> float:
        targets = one_hot(np.arange(answers) % 2, 2)
        alike = np.where(targets > 0, 0.9, 0.1)
        return share_of_second(alike, alike, targets, np.ones(answers), kind, toll=toll)

    assert share(6, toll=True) == pytest.approx(0.5)
    assert 0.1 < share(60, toll=True) < 0.3
    assert share(300, toll=True) < 0.1
    assert share(300, toll=False) == pytest.approx(0.5)


def test_that_unknown_tags_say_nothing_of_the_shares():
    targets, sure, blind = np.full((60, 2), np.nan), np.full((60, 2), 0.1), np.full((60, 2), 0.5)
    assert share_of_second(sure, blind, targets, np.ones(60), HeadKind.TAGS) == pytest.approx(0.5)
    targets[:, 1] = 0.0
    assert share_of_second(sure, blind, targets, np.ones(60), HeadKind.TAGS) < 0.1


def test_that_many_labels_take_no_memory_that_grows_with_them():
    n = 300
    said = np.random.default_rng(0).dirichlet(np.ones(n), size=n)
    tracemalloc.start()
    share_of_second(said, said[::-1], np.eye(n), np.ones(n), HeadKind.CLASS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 << 20
