"""A figure beside what a head that looks at nothing would have."""

from __future__ import annotations

import numpy as np
import pytest

from core.heads.evaluate import metrics
from core.review.chance import chance_text, same_of_all
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
    ("rare", "said"),
    [
        (0.0, "no better than always saying the commonest label (95.0 %)"),
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
    assert told.startswith("no better than always saying the middle answer (± ")
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
