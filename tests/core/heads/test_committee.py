"""Members of a committee differ where they may, and vote alike for one seed."""

from __future__ import annotations

import numpy as np
import pytest

from core.heads.committee import Committee
from core.heads.kernel import fit_kernel
from core.heads.live_fit import refit
from core.heads.members import bootstrap_weights
from core.heads.similarity import unit_rows
from core.values import MEMBERS, Annotated, HeadKind
from tests.core.heads.material import blobs, hashes_of, one_hot, targets_of

EVERY_KIND = pytest.mark.parametrize("kind", list(HeadKind))


def _fit(vectors, targets, kind=HeadKind.CLASS, *, seed=0, support=None) -> Committee:
    n = len(vectors)
    annotated = Annotated(hashes_of(n), targets, np.ones(n, np.float32), np.arange(n))
    support = np.arange(n if support is None else support)
    keys = np.arange(n, dtype=np.uint64)
    return refit(unit_rows(vectors), annotated, keys, kind, support, before=None, seed=seed).committee


@EVERY_KIND
@pytest.mark.parametrize("n", [1, 2, 25])
def test_that_every_member_gives_a_probability_for_every_output(kind, n):
    vectors, given = blobs(30)
    targets = targets_of(kind, given)
    said = _fit(vectors[:n], targets[:n], kind).predict(vectors)
    assert said.shape == (MEMBERS, 30, targets.shape[1])
    assert ((said >= 0) & (said <= 1)).all()


@EVERY_KIND
def test_that_members_differ(kind):
    vectors, given = blobs(40, noise=3.0)
    said = _fit(vectors[:20], targets_of(kind, given[:20]), kind).predict(vectors[20:])
    assert len(np.unique(said.reshape(MEMBERS, -1).round(5), axis=0)) == MEMBERS


def test_that_the_mean_vote_is_as_good_as_the_single_head():
    vectors, given = blobs(300, noise=2.5)
    single = fit_kernel(vectors[:100], one_hot(given[:100]), np.ones(100), HeadKind.CLASS)
    votes = _fit(vectors[:100], one_hot(given[:100])).predict(vectors[100:]).mean(0)
    right_alone = (single.predict(vectors[100:]).argmax(1) == given[100:]).mean()
    assert (votes.argmax(1) == given[100:]).mean() > right_alone - 0.03


def test_that_members_agree_more_where_answers_are_near():
    vectors, given = blobs(60, noise=1.0)
    committee = _fit(vectors[:40], one_hot(given[:40]))
    between = (vectors[:20] + vectors[1:21]) / 2  # halfway to an image of another label
    assert committee.predict(between).std(0).mean() > 2 * committee.predict(vectors[:20]).std(0).mean()


def test_that_the_same_seed_gives_the_same_committee():
    vectors, given = blobs(20)
    one, same, other = (_fit(vectors, one_hot(given), seed=seed).predict(vectors) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@EVERY_KIND
def test_that_the_subset_form_votes_like_the_whole(kind):
    vectors, given = blobs(150, noise=0.5)
    targets = targets_of(kind, given)
    exact = _fit(vectors[:120], targets[:120], kind).predict(vectors[120:]).mean(0)
    subset = _fit(vectors[:120], targets[:120], kind, support=50).predict(vectors[120:]).mean(0)
    assert np.abs(subset - exact).mean() < 0.06


def test_that_unknown_tags_do_not_touch_the_known_ones():
    vectors, given = blobs(40)
    targets = targets_of(HeadKind.TAGS, given)
    holes = targets.copy()
    holes[::2, 1] = np.nan
    whole, holed = _fit(vectors, targets[:, :1], HeadKind.TAGS), _fit(vectors, holes, HeadKind.TAGS)
    agree = (whole.predict(vectors)[..., 0] > 0.5) == (holed.predict(vectors)[..., 0] > 0.5)
    assert agree.mean() > 0.98


def test_that_an_image_keeps_its_bootstrap_weights_whatever_stands_beside_it():
    keys = np.array([11, 5, 2**60], dtype=np.uint64)
    assert np.array_equal(bootstrap_weights(keys, 8, 3)[1:], bootstrap_weights(keys[1:], 8, 3))


def test_that_bootstrap_weights_have_mean_and_deviation_one():
    weights = bootstrap_weights(np.arange(20_000, dtype=np.uint64), 8, 0)
    assert weights.mean() == pytest.approx(1.0, abs=0.02)
    assert weights.std() == pytest.approx(1.0, abs=0.02)
    assert np.abs(np.corrcoef(weights.T) - np.eye(8)).max() < 0.03
