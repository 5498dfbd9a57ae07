"""The audit set is drawn by content, and mixed into the queue in the order of the draw."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.query.audit_draw import audit_mask, counted, enough_share, in_order_of_draw, mix_in_audit
from core.query.random_share import random_slots
from core.values import HeadKind, Strategy
from tests.core.query.pools import make_pool

KEYS = np.random.default_rng(3).integers(0, 2**63, 20_000).astype(np.uint64)


def test_that_the_set_takes_its_share_of_the_pool():
    assert audit_mask(KEYS, 0.07).mean() == pytest.approx(0.07, abs=0.006)


def test_that_an_image_is_drawn_by_its_content_whatever_else_the_pool_holds():
    assert np.array_equal(audit_mask(KEYS[5:50], 0.3), audit_mask(KEYS, 0.3)[5:50])


def test_that_a_larger_share_adds_images_after_those_of_a_smaller_one():
    few = np.count_nonzero(audit_mask(KEYS, 0.05))
    order = in_order_of_draw(KEYS)
    assert audit_mask(KEYS, 0.05)[order[:few]].all()
    assert audit_mask(KEYS, 0.2)[order[: 2 * few]].all()


def test_that_a_share_above_one_is_refused():
    with pytest.raises(ValueError, match="share"):
        audit_mask(KEYS, 1.5)


def test_that_only_images_before_the_first_open_one_count():
    assert counted(np.array([True, True, False, True])) == 2


def test_that_a_set_that_is_all_answered_counts_as_a_whole():
    assert (counted(np.ones(4, np.bool_)), counted(np.ones(0, np.bool_))) == (4, 0)


def test_that_the_share_named_draws_enough_and_is_none_where_the_pool_is_too_small():
    keys = np.arange(300, dtype=np.uint64)
    share = enough_share(keys, 0.07)
    assert share is not None and share > 0.07 and audit_mask(keys, share).sum() >= 30
    assert enough_share(keys[:25], 0.07) == 1.0
    assert enough_share(keys[:19], 0.07) is None


@given(queue=st.integers(0, 40), audit=st.integers(0, 20), start=st.integers(0, 99), share=st.floats(0.0, 1.0))
def test_that_mixing_keeps_every_image_once_and_both_orders(queue, audit, start, share):
    mixed = mix_in_audit(np.arange(queue), np.arange(100, 100 + audit), random_slots(start, queue + audit, share))
    assert np.array_equal(mixed[mixed < 100], np.arange(queue))
    assert np.array_equal(mixed[mixed >= 100], np.arange(100, 100 + audit))


@pytest.mark.parametrize("strategy", [Strategy.DISAGREEMENT, Strategy.MARGIN, Strategy.ENTROPY, Strategy.DIVERSE])
def test_that_images_of_the_set_are_asked_in_the_order_of_the_draw_and_at_their_places(strategy):
    pool = make_pool(HeadKind.CLASS, 400, annotated=20)
    queue = pool.queue(strategy, share=0.1)
    content = np.arange(400, dtype=np.uint64)
    drawn = in_order_of_draw(content)[: np.count_nonzero(audit_mask(content, 0.1))]
    drawn = drawn[~pool.annotated[drawn]]
    asked = queue[np.isin(queue, drawn)]
    assert np.array_equal(asked, drawn)
    assert np.array_equal(np.isin(queue, drawn)[:200], random_slots(20, 380, 0.1)[:200])


def test_that_a_queue_made_anew_after_every_answer_still_asks_its_share_of_the_set():
    pool = make_pool(HeadKind.CLASS, 1000)
    member = audit_mask(np.arange(1000, dtype=np.uint64), 0.07)
    shown = []
    for _ in range(100):
        first = int(pool.queue(Strategy.MARGIN)[0])
        pool.annotated[first] = True
        shown.append(first)
    assert member[shown].sum() == 7


def test_that_the_best_image_is_first_of_the_best_though_it_is_in_the_set():
    pool = make_pool(HeadKind.SCORE, 60)
    said = pool.members.mean(axis=1)[:, 0]
    assert pool.queue(Strategy.BEST, share=1.0)[0] == said.argmax()
