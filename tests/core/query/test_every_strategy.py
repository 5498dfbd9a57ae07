"""What every query strategy must keep to, whatever the pool: one conformance test for the whole family."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.query import strategy as strategy_module
from core.query.audit_draw import audit_mask
from core.query.family import FAMILY
from core.query.queues import build_queue
from core.query.random_share import random_slots
from core.query.situation import Situation, as_points
from core.query.strategy import Need
from core.values import HeadKind, Strategy
from tests.core.query.pools import Pool, make_pool

TO_LOOK_AT = (Strategy.BEST, Strategy.WORST, Strategy.OVERLAP)
EVERY = pytest.mark.parametrize("strategy", list(Strategy))
EVERY_KIND = pytest.mark.parametrize("kind", list(HeadKind))
FAMILY_X_KINDS = pytest.mark.parametrize(
    ("name", "kind"), [(each.name, kind) for each in FAMILY.values() for kind in HeadKind if kind in each.kinds]
)


def _is_whole_open_pool(pool: Pool, queue: np.ndarray) -> bool:
    wanted = np.flatnonzero(~pool.annotated & ~pool.excluded)
    return queue.dtype == np.int64 and np.array_equal(np.sort(queue), wanted)


def _order(name: Strategy, situation: Situation) -> np.ndarray:
    order = FAMILY[name].order(situation)
    assert order.dtype == np.int64
    assert np.array_equal(np.sort(order), situation.open_rows)
    return order


def _situation(kind: HeadKind, images: int = 60, *, annotated: int = 12, **changes) -> Situation:
    """As the program asks a strategy: `disagreement` works its head out itself; a third of the answers are positive."""
    pool = make_pool(kind, images, annotated=annotated)
    positive = pool.annotated & (np.arange(images) % 3 == 0)
    target = 7 if kind is HeadKind.SCORE else 1
    return replace(pool.situation(), prepared=None, positive=positive, target=target, **changes)


def test_that_the_family_is_every_order_but_those_to_look_at():
    assert set(FAMILY) == set(Strategy) - set(TO_LOOK_AT)


@pytest.mark.parametrize("name", list(FAMILY))
def test_that_a_strategy_names_its_paper_and_says_what_it_asks_for(name):
    each = FAMILY[name]
    assert each.name is name
    assert each.paper.count('"') >= 2
    assert "(" in each.paper
    assert 10 < len(each.line) < 120
    assert each.kinds


@EVERY
@EVERY_KIND
@pytest.mark.parametrize("annotated", [0, 30])
def test_that_a_queue_holds_each_open_image_once(strategy, kind, annotated):
    pool = make_pool(kind, 60, annotated=annotated)
    assert _is_whole_open_pool(pool, pool.queue(strategy))


@FAMILY_X_KINDS
@pytest.mark.parametrize("annotated", [0, 1, 30, 60])
def test_that_none_one_or_all_may_be_annotated(name, kind, annotated):
    _order(name, _situation(kind, annotated=annotated))


@FAMILY_X_KINDS
def test_that_the_number_it_goes_by_is_one_for_each_image_and_finite(name, kind):
    values = FAMILY[name].values(_situation(kind))
    assert values.shape == (60,)
    assert values.dtype == np.float32
    assert np.isfinite(values).all()


@FAMILY_X_KINDS
def test_that_nothing_but_embeddings_is_enough_before_the_first_answer(name, kind):
    cold = replace(_situation(kind, annotated=0), members=None, probabilities=None, utility=None, positive=None)
    _order(name, cold)


@FAMILY_X_KINDS
def test_that_nothing_but_predictions_still_gives_an_order(name, kind):
    _order(name, replace(_situation(kind), points=None))


@FAMILY_X_KINDS
def test_that_the_same_seed_gives_the_same_order_and_the_pool_is_left_as_it_was(name, kind):
    situation = _situation(kind, 80)
    before = {name: np.array(getattr(situation, name)) for name in ("points", "members", "annotated", "utility")}
    assert np.array_equal(_order(name, situation), _order(name, situation))
    assert all(np.array_equal(before[name], getattr(situation, name)) for name in before)


@FAMILY_X_KINDS
def test_that_ties_and_duplicates_leave_no_image_out(name, kind):
    situation = _situation(kind, 40)
    members, points = np.array(situation.members), np.array(situation.points)
    members[:], points[:] = members[:, :1], points[0]
    _order(name, replace(situation, members=members, points=points, utility=None))


@FAMILY_X_KINDS
def test_that_what_is_excluded_or_outside_a_filter_is_not_asked(name, kind):
    situation = _situation(kind)
    outside = np.arange(60) % 3 > 0
    order = _order(name, replace(situation, left_out=outside))
    assert len(order)
    assert not outside[order].any()


@FAMILY_X_KINDS
def test_that_a_filter_that_leaves_nothing_leaves_an_empty_order(name, kind):
    assert not len(_order(name, _situation(kind, left_out=np.ones(60, np.bool_))))


@FAMILY_X_KINDS
def test_that_tiles_are_ranked_as_one_image_each(name, kind):
    tiles = np.random.default_rng(4).normal(size=(60, 5, 12)).astype(np.float32)
    _order(name, _situation(kind, points=as_points(tiles)))


@FAMILY_X_KINDS
def test_that_class_weights_leave_no_image_out(name, kind):
    outputs = make_pool(kind, 1).members.shape[2]
    _order(name, _situation(kind, class_weights=np.arange(outputs, dtype=np.float32), utility=None))


@FAMILY_X_KINDS
def test_that_values_that_are_no_numbers_do_not_end_an_order(name, kind):
    situation = _situation(kind)
    members, points = np.array(situation.members), np.array(situation.points)
    members[:, 3], points[5] = np.nan, np.inf
    _order(name, replace(situation, members=members, points=points, utility=None))


@pytest.mark.parametrize("name", list(FAMILY))
def test_that_a_head_with_one_label_is_ranked(name):
    pool = make_pool(HeadKind.CLASS, 30, annotated=11, outputs=1)
    _order(name, replace(pool.situation(), prepared=None, target=0, utility=None))


@FAMILY_X_KINDS
def test_that_a_stated_share_of_places_goes_to_chance(name, kind):
    situation = _situation(kind, 200, annotated=20)
    queue = build_queue(name, situation, audit_share=0.2)
    drawn = audit_mask(np.arange(200, dtype=np.uint64), 0.2)
    assert np.array_equal(drawn[queue][:60], random_slots(20, 180, 0.2)[:60])


@FAMILY_X_KINDS
def test_that_of_a_large_pool_a_draw_takes_part(name, kind, monkeypatch):
    monkeypatch.setattr(strategy_module, "DRAWN", 40)
    seen: list[int] = []

    def gather(rows):
        seen.append(len(rows))
        return points[rows]

    situation = _situation(kind, 300, annotated=100, count=8)
    points = situation.points
    order = FAMILY[name].order(replace(situation, points=None), gather)
    assert np.array_equal(np.sort(order), situation.open_rows)
    assert all(count <= 80 for count in seen)
    assert bool(seen) == (Need.EMBEDDINGS in FAMILY[name].needs)


@EVERY
@EVERY_KIND
@pytest.mark.parametrize("images", [0, 1])
def test_that_a_pool_of_no_or_one_image_is_its_own_queue(strategy, kind, images):
    pool = make_pool(kind, images)
    assert pool.queue(strategy).tolist() == list(range(images))


@pytest.mark.parametrize("strategy", list(Strategy))
@settings(max_examples=8, deadline=None)
@given(images=st.integers(1, 40), share=st.floats(0.0, 1.0), seed=st.integers(0, 2**31), data=st.data())
def test_that_any_pool_and_share_give_a_whole_queue(strategy, images, share, seed, data):
    annotated = data.draw(st.integers(0, images))
    pool = make_pool(data.draw(st.sampled_from(HeadKind)), images, annotated=annotated, seed=seed % 1000)
    assert _is_whole_open_pool(pool, pool.queue(strategy, seed=seed, share=share))
