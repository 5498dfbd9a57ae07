"""A figure beside what a head that looks at nothing would have."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.heads.evaluate import metrics
from core.review.chance import beside_same, chance_text, same_of_all, same_said
from core.review.intervals import Figure, mean_interval, wilson
from core.values import HeadKind, Metrics
from tests.core.heads.material import one_hot


def test_that_the_commonest_label_is_said_of_all():
    assert same_of_all(HeadKind.CLASS, one_hot(np.array([0, 0, 0, 1, 2]))) == pytest.approx(0.6)


def test_that_the_middle_answer_is_said_of_all():
    assert same_of_all(HeadKind.SCORE, np.array([[0.2], [0.3], [0.7], [np.nan]])) == pytest.approx(5 / 3)


def test_that_tags_come_in_an_order_by_chance():
    targets = np.array([[1, 0, np.nan], [0, np.nan, np.nan], [np.nan, np.nan, np.nan]])
    assert same_of_all(HeadKind.TAGS, targets) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("kind", "targets", "best"),
    [
        (HeadKind.CLASS, one_hot(np.array([2, 0, 2, 1])), [0, 0, 1]),
        (HeadKind.SCORE, np.array([[0.2], [0.3], [0.7]]), [0.3]),
        (HeadKind.TAGS, np.array([[1, 0, np.nan], [1, 1, 0], [0, 0, np.nan]]), [1, 0, 0]),
    ],
)
def test_that_the_best_that_looks_at_nothing_says_the_same_of_every_image(kind, targets, best):
    said = same_said(kind, targets)
    assert said.shape == targets.shape
    assert all(row == pytest.approx(best) for row in said.tolist())


def test_that_tags_right_are_told_beside_the_commoner_answer_of_each():
    said = "better than always giving each tag its commoner answer (90.0 %)"
    assert beside_same(HeadKind.TAGS, Figure(0.8, 0.74, 0.85), 0.9) == f"no {said}"
    assert beside_same(HeadKind.TAGS, Figure(0.9, 0.85, 0.95), 0.9) == f"not surely {said}"
    assert beside_same(HeadKind.TAGS, Figure(0.92, 0.85, 0.95), 0.9) == f"not surely {said}"
    assert beside_same(HeadKind.TAGS, Figure(0.96, 0.93, 0.98), 0.9) == ""
    assert beside_same(HeadKind.SCORE, Figure(1.5, 1.2, 2.2), 2.0).startswith("not surely better than always saying")


@pytest.mark.parametrize(
    ("right", "of", "said"),
    [
        (0, 2, "not yet to be told from"),
        (2, 2, "not yet to be told from"),
        (3, 3, "not yet to be told from"),
        (4, 4, "not surely better than"),
        (12, 40, "no better than"),
    ],
)
def test_that_no_verdict_is_stated_that_so_few_answers_cannot_tell(right: int, of: int, said: str):
    figure = Figure(right / of, *wilson(right, of))
    assert beside_same(HeadKind.CLASS, figure, 1.0) == f"{said} always saying the commonest label (100.0 %)"
    known = Metrics(of, "audit", accuracy=figure.value, accuracy_low=figure.low, accuracy_high=figure.high)
    assert chance_text(replace(known, same_of_all=1.0)).startswith(f"{said} saying the same")


def test_that_no_verdict_is_stated_of_two_scores():
    few, many = Figure(3.0, *mean_interval(np.array([2.0, 4.0]))), Figure(3.0, 2.7, 3.3)
    assert beside_same(HeadKind.SCORE, few, 2.0).startswith("not yet to be told from always saying the middle")
    assert beside_same(HeadKind.SCORE, many, 2.0).startswith("no better than always saying the middle answer (± 2.00)")


@pytest.mark.parametrize(
    ("rare", "said"),
    [
        (0.0, "not surely better than always saying the commonest label (95.0 %)"),
        (0.3, "not surely better than always saying the commonest label (95.0 %)"),
        (1.0, ""),
    ],
)
def test_that_a_class_head_that_finds_nothing_rare_is_not_flattered(rare: float, said: str):
    given = np.repeat([0, 1], [285, 15])
    answered = np.where((given == 1) & (np.arange(300) < 285 + 15 * rare), 1, 0)
    found = metrics(HeadKind.CLASS, ("common", "rare"), one_hot(given), one_hot(answered, 2), by="audit")
    assert found.accuracy is not None
    assert found.accuracy >= 0.95
    assert chance_text(found) == said


def test_that_a_score_head_that_knows_nothing_is_not_flattered():
    rng = np.random.default_rng(0)
    given = rng.integers(0, 21, (80, 1)) / 20
    middle, near = np.full((80, 1), np.median(given)), given + 0.02
    told = chance_text(metrics(HeadKind.SCORE, (), given, middle, by="audit"))
    assert told.startswith("not surely better than always saying the middle answer (± ")
    assert chance_text(metrics(HeadKind.SCORE, (), given, near, by="audit")) == ""


def test_that_a_tags_head_that_knows_nothing_is_not_flattered():
    rng = np.random.default_rng(0)
    given = (rng.random((80, 4)) < 0.2).astype(np.float32)
    chance, sight = rng.random((80, 4)), given * 0.5 + rng.random((80, 4)) * 0.5
    told = chance_text(metrics(HeadKind.TAGS, tuple("abcd"), given, chance, by="audit"))
    assert "better than an order by chance (" in told
    assert chance_text(metrics(HeadKind.TAGS, tuple("abcd"), given, sight, by="audit")) == ""


def test_that_a_tags_head_whose_answers_all_say_no_is_not_flattered():
    given, said = np.zeros((40, 3), np.float32), np.full((40, 3), 0.1, np.float32)
    said[0, 0] = 0.9
    found = metrics(HeadKind.TAGS, tuple("abc"), given, said, by="audit")
    assert found.average_precision is None
    assert chance_text(found) == "no better than saying the same of every image (100.0 %)"


def test_that_pairs_are_held_against_an_order_by_chance():
    known = {"n": 40, "by": "out-of-fold"}
    unsure = Metrics(**known, pair_accuracy=0.6, pair_accuracy_low=0.45, pair_accuracy_high=0.74)
    assert chance_text(unsure) == "not surely better than an order by chance"
    assert chance_text(Metrics(**known, pair_accuracy=0.8, pair_accuracy_low=0.65, pair_accuracy_high=0.9)) == ""


def test_that_a_version_of_before_is_held_against_nothing():
    assert chance_text(Metrics(n=300, by="audit", accuracy=0.5, accuracy_low=0.4, accuracy_high=0.6)) == ""
