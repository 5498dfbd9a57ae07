"""Queues of a score, of a label and of disagreement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.query.disagreement import disagreement_order
from core.query.queues import build_queue
from core.values import HeadKind, Strategy
from tests.core.query.pools import make_pool


def test_that_best_and_worst_are_opposite_orders_of_a_score():
    pool = make_pool(HeadKind.SCORE, 30)
    said = pool.members.mean(axis=1)[:, 0].astype(np.float32)
    best, worst = said[pool.queue(Strategy.BEST)], said[pool.queue(Strategy.WORST)]
    assert (np.diff(best) <= 0).all()
    assert (np.diff(worst) >= 0).all()


def test_that_best_goes_by_the_label_asked_for():
    pool = make_pool(HeadKind.CLASS, 30)
    said = pool.members.mean(axis=1)
    queue = build_queue(Strategy.BEST, replace(pool.situation(), target=2))
    assert queue[0] == said[:, 2].argmax()


def test_that_margin_asks_the_closest_call_first_without_an_audit_set():
    pool = make_pool(HeadKind.CLASS, 20)
    pool.members[:] = np.float16([0.8, 0.1, 0.1])
    pool.members[7] = np.float16([0.5, 0.5, 0.0])
    assert pool.queue(Strategy.MARGIN, share=0.0)[0] == 7


def test_that_disagreement_without_an_answer_is_cold_start():
    centres = np.repeat(np.eye(10, 12, dtype=np.float32) * 5, 8, axis=0)
    points = centres + np.random.default_rng(0).normal(0, 0.05, centres.shape).astype(np.float32)
    nothing = np.zeros(80, dtype=np.bool_)
    order = disagreement_order(points, np.random.default_rng(1).random(80), nothing, nothing)
    assert sorted(order[:10] // 8) == list(range(10))


def test_that_the_tail_of_disagreement_goes_by_utility():
    pool = make_pool(HeadKind.CLASS, 200, annotated=20)
    doubt = np.linspace(0, 1, 200, dtype=np.float32)
    head = np.array([3, 1], dtype=np.int64)[~pool.annotated[[3, 1]]]
    situation = replace(pool.situation(), utility=doubt, prepared=head)
    queue = build_queue(Strategy.DISAGREEMENT, situation, audit_share=0.0)
    assert (np.diff(doubt[queue[2:]]) <= 0).all()
