"""Overlaps: the open tag that a head is surest of, and first where another head has answered."""

from __future__ import annotations

import numpy as np

from core.query.overlap import open_tag, overlap_utility
from core.query.queues import build_queue
from core.query.situation import Situation
from core.values import HeadKind, Strategy

SAID = np.array([[0.9, 0.2], [0.3, 0.8], [np.nan, 0.6], [0.7, np.nan]], np.float32)  # (images, tags)
KNOWN = np.array([[True, False], [False, False], [False, True], [False, True]])


def test_that_the_surest_open_tag_counts():
    values, tags = open_tag(SAID, KNOWN)
    np.testing.assert_allclose(values, [0.2, 0.8, np.nan, 0.7])
    assert tags.tolist() == [1, 1, -1, 0]


def test_that_a_head_without_tags_has_nothing_open():
    values, tags = open_tag(np.zeros((3, 0)), np.zeros((3, 0), np.bool_))
    assert np.isnan(values).all()
    assert tags.tolist() == [-1, -1, -1]


def test_that_images_that_another_head_answered_come_first_and_what_is_settled_does_not_come():
    answered = np.array([True, False, True, True])
    utility = overlap_utility(SAID, KNOWN, answered)
    situation = Situation(HeadKind.TAGS, answered & np.isnan(utility), probabilities=SAID)
    queue = build_queue(Strategy.OVERLAP, situation, overlap=utility)
    assert queue.tolist() == [3, 0, 1]
