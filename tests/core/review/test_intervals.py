"""The interval of a difference."""

from __future__ import annotations

import numpy as np
import pytest

from core.review.intervals import Figure, difference, says_little, wilson, wilson_of_pairs


def test_that_the_interval_is_that_of_newcombes_own_example():
    first, second = (Figure(k / n, *wilson(k, n)) for k, n in ((56, 70), (48, 80)))
    found = difference(first, second)
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


def test_that_pairs_without_a_shared_image_have_the_interval_of_a_share():
    right = np.array([1.0] * 15 + [0.0] * 5)
    places = np.arange(20)
    assert wilson_of_pairs(right, places, places + 20) == pytest.approx(wilson(15, 20))


def test_that_pairs_that_share_their_images_are_worth_fewer():
    right, one = np.repeat([1.0, 1.0, 1.0, 0.0], 5), np.repeat([0, 1, 2, 3], 5)
    low, high = wilson_of_pairs(right, one, np.arange(4, 24))
    apart_low, apart_high = wilson(15, 20)
    assert low < apart_low - 0.1
    assert high > apart_high


def test_that_pairs_all_in_order_are_worth_half_their_images():
    left, other = np.triu_indices(6, 1)
    assert wilson_of_pairs(np.ones(len(left)), left, other) == pytest.approx(wilson(3, 3))


def test_that_a_share_of_few_says_little_and_one_of_more_does_not():
    assert says_little(*wilson(0, 0)) and says_little(*wilson(3, 3)) and says_little(*wilson(5, 11))
    assert not says_little(*wilson(6, 12)) and not says_little(*wilson(9, 9))


@pytest.mark.parametrize("n", range(1, 60))
def test_that_none_and_all_of_some_end_in_none_and_all(n):
    assert (wilson(0, n)[0], wilson(n, n)[1]) == (0.0, 1.0)
