"""What Space would confirm is what somebody said: never an answer out of nothing."""

from __future__ import annotations

import numpy as np
import pytest

from app.models.cards import CardRow
from app.presenting.proposals import proposed_answer
from app.queue.opinion import Opinion, opinion_of
from app.queue.proposal import Proposal
from app.queue.ranking import Ranking
from app.views.votes import count_votes
from core.arrays.predictions import Predictions
from core.scoring.words import prediction_json, prediction_text
from core.values import MEMBERS, Head, HeadId, HeadKind, ImageId, Label, LabelId, ScoreValue, TagsValue

CAT, DOG = LabelId(1), LabelId(2)


def head_of(kind: HeadKind) -> Head:
    labels = () if kind is HeadKind.SCORE else (Label(CAT, "cat"), Label(DOG, "dog"))
    return Head(HeadId(1), "question", kind, labels, "signal")


def opinion(*probabilities: float) -> Opinion:
    members = np.tile(np.array(probabilities, np.float32), (MEMBERS, 1))
    return Opinion(list(probabilities), members, 0.0)


@pytest.mark.parametrize("kind", list(HeadKind))
def test_that_nothing_is_proposed_where_nothing_was_said(kind: HeadKind) -> None:
    assert proposed_answer(head_of(kind), None, None, Proposal()) is None


def test_that_an_even_chance_is_no_yes() -> None:
    said = proposed_answer(head_of(HeadKind.TAGS), None, opinion(0.5, 0.51), Proposal())
    assert said == TagsValue(frozenset({DOG}), frozenset({CAT}))
    assert prediction_json(HeadKind.TAGS, ("cat", "dog"), (0.5, 0.51))["labels"] == ["dog"]
    assert prediction_text(HeadKind.TAGS, ("cat", "dog"), (0.5, 0.51)) == "dog 51 %"


@pytest.mark.parametrize("doubted", [0.1, 0.9])
def test_that_given_tags_stand_and_the_head_adds_none(doubted: float) -> None:
    given = TagsValue(frozenset({CAT}))
    assert proposed_answer(head_of(HeadKind.TAGS), given, opinion(0.1, doubted), Proposal()) == given


@pytest.mark.parametrize("given", [TagsValue(frozenset({DOG})), TagsValue(frozenset(), frozenset({DOG}))])
def test_that_a_tag_of_which_nothing_was_learned_is_what_the_person_says(given: TagsValue) -> None:
    half_learned = opinion_of(ranking_of([0.9, float("nan")], [[0.9, float("nan")]] * MEMBERS), ImageId(7))
    head = head_of(HeadKind.TAGS)
    assert proposed_answer(head, None, half_learned, Proposal()) == TagsValue(frozenset({CAT}))
    assert proposed_answer(head, given, half_learned, Proposal()) == given
    assert proposed_answer(head, given, None, Proposal()) == given


def test_that_a_nudged_score_is_proposed_without_a_prediction() -> None:
    assert proposed_answer(head_of(HeadKind.SCORE), None, None, Proposal(score=5.5)) == ScoreValue(5.5)


def ranking_of(probabilities: list[float], members: list[list[float]]) -> Ranking:
    predictions = Predictions(
        hashes=np.zeros((1, 32), np.uint8),
        probabilities=np.array([probabilities], np.float16),
        members=np.array([members], np.float16),
        utility=np.zeros(1, np.float32),
        order=np.zeros(0, np.int64),
    )
    return Ranking(predictions, "live", np.array([7]), np.array([-1] * 7 + [0]))


def test_that_an_output_that_no_answer_spoke_of_has_no_opinion() -> None:
    unlearned = float("nan")
    ranking = ranking_of([0.75, unlearned], [[0.75, unlearned]] * MEMBERS)
    found = opinion_of(ranking, ImageId(7))
    assert found is not None
    assert found.probabilities == [0.75, None]
    assert np.isnan(found.members[:, 1]).all()
    assert found.likeliest() == 0


@pytest.mark.parametrize(
    "members", [[[0.25], [0.75]] * (MEMBERS // 2), [[0.5]] * MEMBERS], ids=["divided", "of one mind"]
)
def test_that_an_even_chance_is_an_opinion(members: list[list[float]]) -> None:
    found = opinion_of(ranking_of([0.5], members), ImageId(7))
    assert found is not None and found.probabilities == [0.5]


@pytest.mark.parametrize("kind", list(HeadKind))
def test_that_nothing_is_proposed_where_nothing_was_learned(kind: HeadKind) -> None:
    outputs = 1 if kind is HeadKind.SCORE else 2
    found = opinion_of(ranking_of([float("nan")] * outputs, [[float("nan")] * outputs] * MEMBERS), ImageId(7))
    assert found is None
    assert proposed_answer(head_of(kind), None, found, Proposal()) is None


def test_that_a_member_on_the_fence_has_no_vote_for_a_tag() -> None:
    assert count_votes(HeadKind.TAGS, [CardRow("1", "cat", 0.5, (0.5, 0.51, 0.4, float("nan")))]) == [1]


def test_that_a_member_without_an_opinion_of_a_class_votes_for_another() -> None:
    rows = [CardRow("1", "cat", 0.5, (float("nan"), 0.9)), CardRow("2", "dog", 0.5, (0.1, 0.2)), CardRow("3", "emu")]
    assert count_votes(HeadKind.CLASS, rows) == [1, 1, 0]


def test_that_a_tags_head_without_a_yes_names_the_likeliest_tag() -> None:
    tags = ("cat", "dog", "unlearned")
    assert prediction_text(HeadKind.TAGS, tags, (0.12, 0.31, float("nan"))) == "none (dog 31 %)"
    assert prediction_text(HeadKind.TAGS, tags, (0.6, 0.9, float("nan"))) == "dog 90 %; cat 60 %"
    assert prediction_text(HeadKind.TAGS, tags, [float("nan")] * 3) == ""
