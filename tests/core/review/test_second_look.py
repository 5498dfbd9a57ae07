"""Queues over annotated images: what comes first, what stays out, and the sentence that says why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.review.conflicts import conflict, conflicting
from core.review.evidence import Evidence, decided
from core.review.mistakes import false_negatives, false_positives
from core.review.orders import ReviewOrder
from core.review.second_look import Asked, SecondLook
from core.review.twins import answered_differently
from core.values import HeadKind
from tests.core.review.evidences import CLEAN, JPEG, WEBP, classes, seen

NAMES = ["clean", "JPEG", "WebP"]
NAN = float("nan")


def look(evidence: Evidence, *, confirmed=(), against=None, groups=None, sources=None) -> SecondLook:
    n = len(evidence)
    mask = np.isin(np.arange(n), list(confirmed))
    return SecondLook(
        evidence=evidence,
        groups=np.arange(n) if groups is None else np.array(groups),
        confirmed=np.repeat(mask[:, None], evidence.targets.shape[1], axis=1),
        against=decided(evidence) if against is None else np.array(against, np.float32),
        sources=sources or {},
        effects=dict.fromkeys(sources or {}, "jpeg"),
        labels=NAMES,
        names={row: f"{row}.png" for row in range(n)},
    )


def rows(second: SecondLook, order: ReviewOrder, **asked) -> list[int]:
    return [found.row for found in second.find(Asked(order, **asked))]


def reasons(second: SecondLook, order: ReviewOrder, **asked) -> list[str]:
    wish = Asked(order, **asked)
    return [second.reason(wish, found) for found in second.find(wish)]


THREE = classes([CLEAN, CLEAN, JPEG], [[0.1, 0.85, 0.05], [0.8, 0.1, 0.1], [0.5, 0.3, 0.2]])


def test_that_the_least_likely_answer_comes_first():
    assert conflict(THREE).tolist() == pytest.approx([0.9, 0.2, 0.7])
    assert conflicting(THREE).tolist() == [0, 2]


def test_that_a_conflict_says_who_says_what():
    assert reasons(look(THREE), ReviewOrder.CONFLICT) == [
        "you said clean; 8 of 8 members, none of which saw it, say JPEG (85 %)",
        "you said JPEG; 8 of 8 members, none of which saw it, say clean (50 %)",
    ]


def test_that_a_tag_nobody_answered_conflicts_with_nothing():
    evidence = seen(HeadKind.TAGS, [[1, NAN, 0], [NAN, 1, 0]], [[0.2, 0.9, 0.1], [0.9, 0.9, 0.7]])
    assert conflict(evidence).tolist() == pytest.approx([0.8, 0.7])
    assert reasons(look(evidence), ReviewOrder.CONFLICT) == [
        "you said yes to clean; 8 of 8 members, none of which saw it, say no (80 %)",
        "you said no to WebP; 8 of 8 members, none of which saw it, say yes (70 %)",
    ]


def test_that_a_score_is_far_off_only_beside_the_spread_of_what_is_said():
    rng = np.random.default_rng(0)
    targets = rng.uniform(0.2, 0.8, (60, 1))
    said = targets + rng.normal(0, 0.05, (60, 1))
    said[7] = targets[7] + 0.5
    members = np.repeat(said[:, None], 8, axis=1)
    members[11] += np.linspace(-0.5, 0.5, 8)[:, None]  # they do not agree among themselves
    said[11] = targets[11] + 0.3
    evidence = Evidence(HeadKind.SCORE, *(part.astype(np.float32) for part in (targets, said, members)))
    assert conflicting(evidence)[0] == 7
    assert 11 not in conflicting(evidence)
    assert "members, none of which saw it, say near" in look(evidence).reason(Asked(), look(evidence).find(Asked())[0])


def test_that_mistakes_go_by_label_and_threshold():
    assert false_positives(THREE, JPEG).tolist() == [0]
    assert false_positives(THREE, JPEG, 0.05).tolist() == [0, 1]
    assert false_negatives(THREE, JPEG).tolist() == [2]
    assert false_negatives(THREE, CLEAN, 0.05).tolist() == []
    (reason,) = reasons(look(THREE), ReviewOrder.FALSE_POSITIVE, output=JPEG, threshold=0.5)
    assert reason == "a head that never saw it gives JPEG 85 %, at or above 50 %; you said clean"


def test_that_mistakes_of_any_label_name_each_image_once():
    assert rows(look(THREE), ReviewOrder.FALSE_POSITIVE) == [0, 2]
    assert rows(look(THREE), ReviewOrder.FALSE_NEGATIVE) == [0, 2]


def test_that_a_score_above_the_bar_was_given_below_it():
    evidence = seen(HeadKind.SCORE, [[0.3], [0.8]], [[0.7], [0.9]])
    assert reasons(look(evidence), ReviewOrder.FALSE_POSITIVE, threshold=0.6) == [
        "a head that never saw it gives 7.0, at or above 6; you gave 3"
    ]


def test_that_a_confirmed_conflict_stays_out_until_another_label_is_decided():
    assert rows(look(THREE, confirmed=[0]), ReviewOrder.CONFLICT) == [2]
    moved = np.eye(3)[[WEBP, CLEAN, CLEAN]]
    assert rows(look(THREE, confirmed=[0], against=moved), ReviewOrder.CONFLICT) == [0, 2]


def test_that_a_confirmed_score_may_be_judged_a_bracket_apart():
    evidence = seen(HeadKind.SCORE, [[0.9]] + [[0.5]] * 9, [[0.2]] + [[0.5]] * 9)
    assert rows(look(evidence, confirmed=[0], against=[[0.3]] + [[0.5]] * 9), ReviewOrder.CONFLICT) == []
    assert rows(look(evidence, confirmed=[0], against=[[0.6]] + [[0.5]] * 9), ReviewOrder.CONFLICT) == [0]


def test_that_an_image_nobody_judged_is_in_no_queue():
    evidence = classes([CLEAN, JPEG], [[NAN] * 3, [0.9, 0.05, 0.05]])
    assert rows(look(evidence), ReviewOrder.CONFLICT) == [1]
    assert rows(look(evidence), ReviewOrder.FALSE_NEGATIVE) == [1]


def test_that_twins_with_other_answers_stand_side_by_side():
    second = look(classes([CLEAN, JPEG, CLEAN, CLEAN], np.full((4, 3), NAN)), groups=[5, 7, 7, 5])
    assert rows(second, ReviewOrder.DUPLICATES) == [1, 2]
    assert reasons(second, ReviewOrder.DUPLICATES)[0] == (
        "nearly the same picture as 2.png, which you answered clean; this one JPEG"
    )
    assert rows(look(second.evidence, groups=[5, 7, 7, 5], confirmed=[1]), ReviewOrder.DUPLICATES) == [2]


def test_that_scores_of_twins_may_differ_by_a_bracket():
    targets = np.array([[0.5], [0.6], [0.2], [0.9]], np.float32)
    found, others = answered_differently(targets, np.array([1, 1, 2, 2]), HeadKind.SCORE)
    assert (found.tolist(), others.tolist()) == ([2, 3], [3, 2])


def test_that_copies_are_no_twins_but_are_held_against_their_source():
    said = [[0.9, 0.05, 0.05], [0.8, 0.15, 0.05], [0.1, 0.8, 0.1]]
    second = look(classes([CLEAN, JPEG, JPEG], said), groups=[1, 1, 1], sources={1: 0, 2: 0})
    assert rows(second, ReviewOrder.DUPLICATES) == []
    assert reasons(second, ReviewOrder.SYNTHETIC) == [
        "made from 0.png by jpeg: you said JPEG, and clean of its source; a head that saw neither says clean of both"
    ]


def stands_in(second: SecondLook, row: int, output: int) -> SecondLook:
    """One tag of an answer alone."""
    confirmed = second.confirmed.copy()
    confirmed[row, output] = True
    return replace(second, confirmed=confirmed)


TAGGED = seen(HeadKind.TAGS, [[1, 1, 0], [1, NAN, 0]], [[0.05, 0.2, 0.1], [0.9, 0.5, 0.2]])


def test_that_a_tag_that_stands_leaves_the_conflicts_of_the_other_tags():
    (before,) = look(TAGGED).find(Asked(ReviewOrder.CONFLICT))
    assert (before.row, before.strength) == (0, pytest.approx(0.95, abs=0.01))
    second = stands_in(look(TAGGED), row=0, output=0)
    (found,) = second.find(Asked(ReviewOrder.CONFLICT))
    assert (found.row, found.strength) == (0, pytest.approx(0.8, abs=0.01))
    assert reasons(second, ReviewOrder.CONFLICT)[0].startswith("you said yes to JPEG; ")
    assert rows(second, ReviewOrder.FALSE_NEGATIVE, output=0) == []
    assert rows(second, ReviewOrder.FALSE_NEGATIVE, output=1) == [0]
    assert [one.output for one in second.find(Asked(ReviewOrder.FALSE_NEGATIVE))] == [1]
    assert rows(stands_in(second, row=0, output=1), ReviewOrder.CONFLICT) == []


def test_that_a_tag_that_stands_settles_no_twin_that_differs_in_another():
    evidence = seen(HeadKind.TAGS, [[1, 1, 0], [1, 0, 0]], [[0.5, 0.5, 0.1]] * 2)
    twins = look(evidence, groups=[4, 4])
    assert rows(stands_in(twins, row=0, output=0), ReviewOrder.DUPLICATES) == [0, 1]
    assert rows(stands_in(twins, row=0, output=1), ReviewOrder.DUPLICATES) == [1]
