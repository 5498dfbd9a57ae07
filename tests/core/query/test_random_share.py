"""The random share of a queue."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.query.random_share import random_keys, random_slots


@given(start=st.integers(0, 5000), share=st.floats(0.0, 1.0))
def test_that_the_share_holds_over_any_stretch_of_a_thousand(start, share):
    assert abs(random_slots(start, 1000, share).sum() - 1000 * share) <= 1.0


def test_that_the_random_order_of_an_image_depends_on_its_key_alone():
    keys = np.array([5, 17, 99], dtype=np.uint64)
    assert np.array_equal(random_keys(2, 4, keys[1:]), random_keys(3, 4, keys)[1:])


def test_that_random_numbers_are_spread_evenly():
    share = random_keys(20_000, 0).astype(np.float64) / 2.0**64
    assert np.histogram(share, bins=10, range=(0, 1))[0].min() > 1800


def test_that_a_share_above_one_is_refused():
    with pytest.raises(ValueError, match="share"):
        random_slots(0, 10, 1.5)
