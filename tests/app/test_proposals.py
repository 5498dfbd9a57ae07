"""What Space would confirm is what somebody said: never an answer out of nothing."""

from __future__ import annotations

import numpy as np
import pytest

from app.cli.words import prediction_json, prediction_text
from app.presenting.proposals import Opinion, proposed_answer
from app.workspace import Proposal
from core.values import MEMBERS, Head, HeadId, HeadKind, Label, LabelId, ScoreValue, TagsValue

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
    assert prediction_text(HeadKind.TAGS, ("cat", "dog"), (0.5, 0.51)) == "dog"


def test_that_given_tags_stand_and_the_rest_is_confirmed_as_absent() -> None:
    given = TagsValue(frozenset({CAT}))
    said = proposed_answer(head_of(HeadKind.TAGS), given, None, Proposal())
    assert said == TagsValue(frozenset({CAT}), frozenset({DOG}))


def test_that_a_nudged_score_is_proposed_without_a_prediction() -> None:
    assert proposed_answer(head_of(HeadKind.SCORE), None, None, Proposal(score=5.5)) == ScoreValue(5.5)
