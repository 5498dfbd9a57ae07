"""Utilities: how much an answer to an image would teach."""

from __future__ import annotations

import numpy as np
import pytest

from core.query.utilities import apart, bald, entropy, margin, spread, utility, vote_entropy
from core.values import HeadKind
from tests.core.query.pools import make_pool

ALL = [margin, entropy, vote_entropy, bald, utility, apart]


@pytest.mark.parametrize("measure", ALL)
@pytest.mark.parametrize("kind", list(HeadKind))
def test_that_a_utility_is_one_finite_number_an_image_and_never_negative(measure, kind):
    members = make_pool(kind, 50).members.transpose(1, 0, 2)
    found = measure(members, kind)
    assert found.shape == (50,)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    assert found.min() >= 0.0


@pytest.mark.parametrize("measure", [margin, entropy])
def test_that_an_even_vote_teaches_more_than_a_clear_one(measure):
    members = np.array([[[0.5, 0.5, 0.0], [0.9, 0.1, 0.0]]])
    even, clear = measure(members, HeadKind.CLASS)
    assert even > clear


@pytest.mark.parametrize("measure", [vote_entropy, bald])
def test_that_members_at_odds_teach_more_than_members_unsure_alike(measure):
    odds = [[1.0, 0.0], [0.0, 1.0]]
    alike = [[0.55, 0.45], [0.55, 0.45]]
    members = np.array([[odds[0], alike[0]], [odds[1], alike[1]]])
    at_odds, unsure = measure(members, HeadKind.CLASS)
    assert at_odds > unsure


def test_that_the_margin_of_tags_is_largest_where_each_is_half_believed():
    members = np.array([[[0.5, 0.5], [0.9, 0.1]]])
    assert margin(members, HeadKind.TAGS).tolist() == pytest.approx([1.0, 0.2])


def test_that_spread_is_the_deviation_of_the_members():
    members = np.array([[[0.2]], [[0.4]]])
    assert spread(members).tolist() == pytest.approx([0.1])


def test_that_half_precision_votes_give_the_same_margin():
    members = make_pool(HeadKind.CLASS, 40).members
    exact = margin(members.astype(np.float64).transpose(1, 0, 2), HeadKind.CLASS)
    assert np.allclose(margin(members.transpose(1, 0, 2), HeadKind.CLASS), exact, atol=2e-3)


@pytest.mark.parametrize("measure", ALL)
def test_that_a_tag_of_which_nothing_was_learned_does_not_count(measure):
    known = np.random.default_rng(0).random((8, 20, 2)).astype(np.float32)
    with_unknown = np.concatenate([known, np.full((8, 20, 1), np.nan, np.float32)], axis=2)
    assert np.allclose(measure(with_unknown, HeadKind.TAGS), measure(known, HeadKind.TAGS), atol=1e-6)


@pytest.mark.parametrize("measure", [margin, entropy])
def test_that_an_image_of_which_nothing_is_known_teaches_most(measure):
    assert measure(np.full((8, 3, 2), np.nan, np.float32), HeadKind.TAGS).tolist() == [1.0, 1.0, 1.0]
