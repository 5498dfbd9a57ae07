"""What pictures of a head are drawn from: counts, cells, thresholds, bins, and the images behind each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.review.confusion import confusion
from core.review.evidence import Evidence
from core.review.intervals import wilson_of_groups
from core.review.learning import learning_curve
from core.review.precision_recall import precision_recall
from core.review.reliability import reliability
from core.review.spread import rows_by_bin, shares
from core.values import ClassValue, HeadKind, ImageId
from tests.core.review.evidences import CLEAN, JPEG, WEBP, classes, seen
from tests.core.store.projects import class_head, embed_all, make_version, scanned_project

NAN = float("nan")
FOUR = classes(
    [CLEAN, CLEAN, JPEG, WEBP],
    [[0.95, 0.05, 0.0], [0.2, 0.65, 0.15], [0.1, 0.85, 0.05], [NAN, NAN, NAN]],
)
TAGGED = seen(HeadKind.TAGS, [[1, 0], [0, NAN], [1, 1]], [[0.9, 0.6], [0.8, 0.1], [0.3, 0.7]])


def lists(rows):
    return [one.tolist() for one in rows]


def test_that_every_bracket_holds_the_scores_nearest_to_it():
    found = rows_by_bin(HeadKind.SCORE, np.array([[0.0], [0.26], [0.3], [1.0], [NAN]]))
    assert {place: rows for place, rows in enumerate(lists(found)) if rows} == {0: [0], 3: [1, 2], 10: [3]}
    assert shares(found, 4).sum() == 1.0


def test_that_an_image_counts_for_each_of_its_tags():
    assert lists(rows_by_bin(HeadKind.TAGS, TAGGED.targets)) == [[0, 2], [2]]


def test_that_every_cell_holds_its_images_and_unjudged_ones_are_in_none():
    found = confusion(FOUR)
    assert found.counts().tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 0]]
    assert found.cells[CLEAN][JPEG].tolist() == [1]
    assert found.judged == 3


def test_that_a_tag_has_two_sides():
    assert confusion(TAGGED, 0).counts().tolist() == [[0, 1], [1, 1]]
    assert confusion(TAGGED, 1).judged == 2


def test_that_a_threshold_splits_the_images_nearest_first():
    evidence = seen(HeadKind.TAGS, [[1], [0], [1], [0], [1]], [[0.9], [0.8], [0.6], [0.4], [0.2]])
    split = precision_recall(evidence, 0).split(0.5)
    assert lists((split.hits, split.false_alarms, split.misses, split.rest)) == [[2, 0], [1], [4], [3]]
    assert (split.precision, split.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))


def test_that_a_bar_makes_scores_a_yes_or_a_no():
    evidence = seen(HeadKind.SCORE, [[0.8], [0.5], [0.7]], [[0.9], [0.8], [0.3]])
    found = precision_recall(evidence, 0, bar=0.7)
    assert found.positive.tolist() == [True, False, True]
    assert found.precision.tolist() == pytest.approx([1.0, 0.5, 2 / 3])


def test_that_a_step_of_the_threshold_changes_who_is_kept():
    found = precision_recall(seen(HeadKind.TAGS, [[1], [0], [1]], [[0.9], [0.5], [0.2]]), 0)
    assert found.next_threshold(0.5, 1) == pytest.approx(0.9)
    assert found.next_threshold(0.6, -1) == pytest.approx(0.5)
    assert found.next_threshold(0.2, -3) == pytest.approx(0.2)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.1, 0.3, 0.5, 0.9])), min_size=1, max_size=30))
def test_that_the_curve_says_what_the_split_does(pairs):
    evidence = seen(HeadKind.TAGS, [[yes] for yes, _ in pairs], [[value] for _, value in pairs])
    found = precision_recall(evidence, 0)
    assert len(found.thresholds) == len({value for _, value in pairs})
    for threshold, precision, recall in zip(found.thresholds, found.precision, found.recall, strict=True):
        split = found.split(float(threshold))
        assert split.precision == pytest.approx(precision)
        assert (split.recall or 0.0) == pytest.approx(recall)


def test_that_reliability_compares_what_is_decided_with_what_came_true():
    found = reliability(FOUR)
    told = [(round(one.said, 2), one.true, one.rows.tolist()) for one in found.bins]
    assert told == [(0.65, 0.0, [1]), (0.85, 1.0, [2]), (0.95, 1.0, [0])]
    assert found.judged == 3
    assert found.gap == pytest.approx((0.65 + 0.15 + 0.05) / 3, abs=1e-3)


def test_that_an_image_is_once_in_a_bin_whatever_the_number_of_its_tags():
    found = reliability(seen(HeadKind.TAGS, [[1, 1]], [[0.72, 0.74]]))
    assert lists(one.rows for one in found.bins) == [[0]]
    assert found.judged == 2


def test_that_the_tags_of_one_image_are_no_more_than_it_is_worth():
    one = reliability(seen(HeadKind.TAGS, [[1] * 8, [0] * 8], [[0.75] * 8] * 2)).bins[0]
    assert (one.low, one.high) == wilson_of_groups(np.array([8.0, 0.0]), np.array([8.0, 8.0]))
    assert one.high - one.low > 0.8


@pytest.mark.parametrize(("answers", "least"), [([0.9], 1.0), ([0.9, 0.9], 0.06), ([0.7, 0.8, 0.9], 0.3)])
def test_that_few_answers_leave_a_score_bin_wide(answers, least):
    one = reliability(seen(HeadKind.SCORE, [[value] for value in answers], [[0.33]] * len(answers))).bins[0]
    assert one.high - one.low >= least


def test_that_scores_are_held_against_the_mean_answer():
    found = reliability(seen(HeadKind.SCORE, [[0.4], [0.6]], [[0.5], [0.5]]))
    (one,) = found.bins
    assert (one.said, one.true) == (0.5, pytest.approx(0.5))
    assert one.low < 0.5 < one.high


def test_that_a_learning_curve_has_a_point_for_each_version(tmp_path):
    with scanned_project(tmp_path) as project:
        head = class_head(project)
        embed_all(project)
        assert learning_curve(project.versions.of(head.head_id)) == ("", ())
        labels = [label.label_id for label in head.labels]
        project.annotations.annotate(
            head.head_id, {ImageId(place + 1): ClassValue(label) for place, label in enumerate(labels)}
        )
        make_version(project, head)
        name, points = learning_curve(project.versions.of(head.head_id))
    assert name == "accuracy"
    assert [(one.version, one.annotations, one.value, one.n) for one in points] == [(1, 3, 0.5, 3)]


def test_that_nothing_judged_draws_nothing():
    empty = Evidence(HeadKind.CLASS, np.zeros((0, 3), np.float32), np.zeros((0, 3), np.float32), np.zeros((0, 8, 3)))
    assert confusion(empty).judged == 0
    assert reliability(empty).bins == ()
    assert len(precision_recall(empty, 0)) == 0
