"""Images of the pool are found by their hashes, wherever these stand."""

from __future__ import annotations

import numpy as np
import pytest

from app.queue.ranking import Pool


@pytest.fixture
def pool() -> Pool:
    rng = np.random.default_rng(5)
    return Pool(np.arange(3, 303, dtype=np.int64), rng.integers(0, 256, (300, 32), dtype=np.uint8))


def test_that_images_are_found_in_the_order_of_the_pool_in_another_and_beyond_its_end(pool: Pool) -> None:
    rng = np.random.default_rng(6)
    order = np.concatenate([np.arange(100), rng.permutation(np.arange(100, 300))])
    unknown = rng.integers(0, 256, (40, 32), dtype=np.uint8)
    asked = np.concatenate([pool.hashes[order], unknown, pool.hashes[:5]])
    assert pool.ids_of(asked).tolist() == [*(order + 3).tolist(), *[-1] * 40, 3, 4, 5, 6, 7]


def test_that_some_of_the_images_are_found_where_others_came_before_them(pool: Pool) -> None:
    assert pool.ids_of(pool.hashes[20:60]).tolist() == list(range(23, 63))
    assert pool.ids_of(pool.hashes[:0]).tolist() == []
    assert Pool(np.zeros(0, np.int64), np.zeros((0, 32), np.uint8)).ids_of(pool.hashes[:2]).tolist() == [-1, -1]
