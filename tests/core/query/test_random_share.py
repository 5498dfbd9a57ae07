from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.query.random_share import mix_in_random, random_keys, random_slots


@given(start=st.integers(0, 5000), share=st.floats(0.0, 1.0))
def test_that_the_share_holds_over_any_stretch_of_a_thousand(start, share):
    assert abs(random_slots(start, 1000, share).sum() - 1000 * share) <= 1.0


def test_that_a_queue_made_anew_after_every_answer_still_shows_its_random_share():
    queue, chance = np.arange(1000), np.arange(1000)[::-1].copy()
    shown = []
    for answered in range(200):
        open_rows = [row for row in queue if row not in shown]
        by_chance = np.array([row for row in chance if row not in shown])
        shown.append(int(mix_in_random(np.array(open_rows), by_chance, start=answered, share=0.07)[0]))
    assert sum(row >= 900 for row in shown) == 14


@given(count=st.integers(1, 60), start=st.integers(0, 99), share=st.floats(0.0, 1.0), seed=st.integers(0, 99))
def test_that_mixing_keeps_every_image_once(count, start, share, seed):
    queue, chance = np.random.default_rng(seed).permutation(count), np.random.default_rng(seed + 1).permutation(count)
    assert sorted(mix_in_random(queue, chance, start=start, share=share)) == list(range(count))


def test_that_the_random_order_of_an_image_depends_on_its_key_alone():
    keys = np.array([5, 17, 99], dtype=np.uint64)
    assert np.array_equal(random_keys(2, 4, keys[1:]), random_keys(3, 4, keys)[1:])


def test_that_random_numbers_are_spread_evenly():
    share = random_keys(20_000, 0).astype(np.float64) / 2.0**64
    assert np.histogram(share, bins=10, range=(0, 1))[0].min() > 1800


def test_that_a_share_above_one_is_refused():
    with pytest.raises(ValueError, match="share"):
        random_slots(0, 10, 1.5)
