"""Limits written with few digits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.review.limits import Limits, between_numbers, just_above, just_below, shortest


@pytest.mark.parametrize(
    ("said", "limit", "scale", "text"),
    [
        ([0.2, 0.8], 0.5, 1, "0.5"),
        ([0.2, 0.8], 0.734, 1, "0.73"),
        ([0.2, 0.8], 0.7, 10, "7"),
        ([0.2, 0.8], 0.734, 10, "7.3"),
        ([0.4951, 0.4988], 0.497, 1, "0.497"),
        ([], 0.25, 1, "0.25"),
    ],
)
def test_that_a_limit_is_told_in_the_fewest_digits(said, limit, scale, text):
    assert shortest(np.sort(np.float16(said)), between_numbers(limit), scale=scale) == text


@given(
    st.lists(st.floats(0, 1, width=16), max_size=30),
    st.floats(0.001, 0.999),
    st.sampled_from([1, 10]),
)
def test_that_the_short_number_keeps_what_the_limit_keeps(said, near, scale):
    rising, limit = np.sort(np.float32(said)), between_numbers(near)
    told = float(shortest(rising, limit, scale=scale)) / scale
    for values in (rising, *[np.float64([edge(float(one)) for one in said]) for edge in (_low, _high)]):
        assert (Limits(low=told).within(values) == Limits(low=limit).within(values)).all()


def _low(value: float) -> float:
    """The least that is rounded to `value`, all but a little."""
    return just_below(value) + 1e-8


def _high(value: float) -> float:
    return just_above(value) - 1e-8
