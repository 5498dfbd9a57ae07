"""What every query strategy must keep to, whatever the pool."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.values import HeadKind, Strategy
from tests.core.query.pools import Pool, make_pool

EVERY = pytest.mark.parametrize("strategy", list(Strategy))
EVERY_KIND = pytest.mark.parametrize("kind", list(HeadKind))


def _is_whole_open_pool(pool: Pool, queue: np.ndarray) -> bool:
    wanted = np.flatnonzero(~pool.annotated & ~pool.excluded)
    return queue.dtype == np.int64 and np.array_equal(np.sort(queue), wanted)


@EVERY
@EVERY_KIND
@pytest.mark.parametrize("annotated", [0, 1, 30, 60])
def test_that_a_queue_holds_each_open_image_once(strategy, kind, annotated):
    pool = make_pool(kind, 60, annotated=annotated)
    assert _is_whole_open_pool(pool, pool.queue(strategy))


@EVERY
@EVERY_KIND
def test_that_the_same_seed_gives_the_same_queue(strategy, kind):
    pool = make_pool(kind, 80, annotated=15)
    assert np.array_equal(pool.queue(strategy, seed=3), pool.queue(strategy, seed=3))


@EVERY
@EVERY_KIND
def test_that_excluded_images_are_never_asked(strategy, kind):
    pool = make_pool(kind, 50, annotated=5)
    pool.excluded[::3] = True
    assert not pool.excluded[pool.queue(strategy)].any()


@EVERY
@EVERY_KIND
def test_that_a_pool_of_one_image_is_its_own_queue(strategy, kind):
    pool = make_pool(kind, 1)
    assert pool.queue(strategy).tolist() == [0]


@EVERY
@EVERY_KIND
def test_that_an_empty_pool_has_an_empty_queue(strategy, kind):
    pool = make_pool(kind, 0)
    assert len(pool.queue(strategy)) == 0


@EVERY
@EVERY_KIND
def test_that_ties_leave_no_image_out(strategy, kind):
    pool = make_pool(kind, 40, annotated=4)
    pool.members[:] = pool.members[0]
    assert _is_whole_open_pool(pool, pool.queue(strategy))


@EVERY
@EVERY_KIND
def test_that_duplicates_leave_no_image_out(strategy, kind):
    pool = make_pool(kind, 40, annotated=12)
    pool.embeddings[:] = pool.embeddings[0]
    assert _is_whole_open_pool(pool, pool.queue(strategy))


@EVERY
def test_that_a_head_with_one_label_has_a_queue(strategy):
    pool = make_pool(HeadKind.CLASS, 30, annotated=11, outputs=1)
    assert _is_whole_open_pool(pool, pool.queue(strategy))


@EVERY
@EVERY_KIND
def test_that_values_that_are_no_numbers_do_not_end_a_queue(strategy, kind):
    pool = make_pool(kind, 40, annotated=12)
    pool.members[3] = np.nan
    pool.embeddings[5] = np.inf
    assert _is_whole_open_pool(pool, pool.queue(strategy))


@EVERY
@settings(max_examples=8, deadline=None)
@given(images=st.integers(1, 40), share=st.floats(0.0, 1.0), seed=st.integers(0, 2**31), data=st.data())
def test_that_any_pool_and_share_give_a_whole_queue(strategy, images, share, seed, data):
    annotated = data.draw(st.integers(0, images))
    pool = make_pool(data.draw(st.sampled_from(HeadKind)), images, annotated=annotated, seed=seed % 1000)
    assert _is_whole_open_pool(pool, pool.queue(strategy, seed=seed, share=share))
