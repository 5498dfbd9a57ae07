"""The card says why an image is asked in the terms of the order in use."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.bootstrap import Shell
from app.models.cards import AS_LEFT
from app.operations import answering, heads
from app.presenting.cards import build_card
from app.queue.ranking import match
from core.arrays.predictions import Predictions
from core.pairs import Comparison, Outcome
from core.values import MEMBERS, HeadKind, ImageId, ScoreValue, Strategy, TagsValue

SPLIT = [[0.8, 0.1, 0.1]] * 5 + [[0.1, 0.8, 0.1]] * (MEMBERS - 5)
SAID = [0.5375, 0.3625, 0.1]
AGREED = "shown so that every kind of image gets an answer"


def rank(shell: Shell, said: list[float], members: list[list[float]], source: str = "live") -> None:
    """The same is said of every image, and none is asked blind."""
    workspace = shell.workspace
    count = len(workspace.pool)
    predictions = Predictions(
        hashes=workspace.pool.hashes,
        probabilities=np.tile(np.array(said, np.float16), (count, 1)),
        members=np.tile(np.array(members, np.float16), (count, 1, 1)),
        utility=np.zeros(count, np.float32),
        order=np.arange(count),
        metadata={"annotations": "3"},
    )
    workspace.ranking = match(workspace.pool, predictions, source)
    workspace.board.audit[:] = False


def reason(shell: Shell) -> str:
    shell.workspace.go_to_open()
    card = build_card(shell.workspace, ("1", "2", "3"), shell.workspace.project.images.get)
    return card.reason


def answer(shell: Shell, row: int, count: int) -> None:
    ids = shell.workspace.pool.ids[-count:]
    answering.answer_row(shell.workspace, row, [ImageId(int(one)) for one in ids], advance=False)


REASONS = {
    "disagreement": "the committee is split 5 : 3 between cat and dog",
    "hunt:1": "likeliest dog: 36 %",
    "margin": "smallest margin first: mean vote cat 54 %, dog 36 %",
    "margin-k-means": "small margins, no two alike: mean vote cat 54 %, dog 36 %",
    "margin-facility": "small margins that stand for others: mean vote cat 54 %, dog 36 %",
    "coverage": "stands for what is most unsure, with no answer near: mean vote cat 54 %, dog 36 %",
    "dropquery": "members see it otherwise: 5 : 3 between cat and dog",
    "typiclust": "the most typical of each part of the pool first",
    "badge": "unsure in unlike ways: 5 : 3 between cat and dog",
    "falcun": "unsure, with votes unlike each other: 5 : 3 between cat and dog",
    "diverse": "typical images first, no two alike",
    "probcover": "what covers most of the pool first",
    "core-set": "farthest from every answer first",
    "entropy": "flattest prediction first: cat 54 %",
    "vote-entropy": "most split votes first: 5 : 3 between cat and dog",
    "bald": "members sure of themselves, not of each other: 5 : 3 between cat and dog",
    "committee": "members farthest apart first: 5 : 3 between cat and dog",
    "top:1": "likeliest dog: 36 %",
    "top-k-means:1": "likeliest dog: 36 %",
    "mix:1": "in turn likeliest dog and smallest margin: 36 %",
    "nearest:1": "no dog found yet: likeliest dog, 36 %",
    "random": "drawn at random: keeps the figures honest",
    "best": "best first: cat 54 %",
    "worst": "worst first: cat 54 %",
}


def test_that_every_order_gives_a_reason_of_its_own(class_shell):
    """Overlaps have theirs in test_overlaps."""
    given = {}
    for order in REASONS:
        heads.use_order(class_shell.workspace, order)
        rank(class_shell, SAID, SPLIT)
        given[order] = reason(class_shell)
    assert given == REASONS
    assert {order.partition(":")[0] for order in given} == set(Strategy) - {Strategy.OVERLAP}


def test_that_only_disagreement_shows_what_the_committee_agrees_on_for_its_kind(class_shell):
    rank(class_shell, [0.8, 0.1, 0.1], [[0.8, 0.1, 0.1]] * MEMBERS)
    assert AGREED in reason(class_shell)
    heads.use_order(class_shell.workspace, "bald")
    assert reason(class_shell).endswith("the votes agree")


def test_that_what_all_members_decide_alike_by_little_is_a_close_call(class_shell):
    rank(class_shell, [0.5, 0.4, 0.1], [[0.5, 0.4, 0.1]] * MEMBERS)
    assert reason(class_shell) == "a close call: cat 50 %, dog 40 %"


def refuse_all(shell: Shell) -> None:
    workspace = shell.workspace
    refused = {ImageId(1): TagsValue(frozenset(), frozenset(label.label_id for label in workspace.head.labels))}
    workspace.announce(workspace.project.annotations.annotate(workspace.head.head_id, refused))


def test_that_a_tag_nearest_to_even_is_a_close_call(tags_shell):
    refuse_all(tags_shell)
    rank(tags_shell, [0.95, 0.45, 0.02], [[0.95, 0.45, 0.02]] * MEMBERS)
    tag = tags_shell.workspace.head.labels[1].name
    assert reason(tags_shell).endswith(f"a close call: {tag} 45 %")
    rank(tags_shell, [0.95, 0.3, 0.02], [[0.95, 0.3, 0.02]] * MEMBERS)
    assert AGREED in reason(tags_shell)


def test_that_a_hunt_says_what_it_goes_by_as_it_goes_on(class_shell, monkeypatch):
    heads.use_order(class_shell.workspace, "hunt:1")
    rank(class_shell, SAID, SPLIT, source="text")
    assert reason(class_shell) == "likeliest dog by the name alone: 36 %"
    rank(class_shell, SAID, SPLIT)
    answer(class_shell, 0, 1)
    unseen = "no dog found yet: from a part of the pool not seen so far"
    assert reason(class_shell) == f"after 1 answer: a guess · {unseen}"
    answer(class_shell, 0, 10)
    assert reason(class_shell) == (
        "no dog found yet: three in four from parts of the pool not seen so far, "
        "one in four the likeliest dog (this one 36 %)"
    )
    answer(class_shell, 1, 2)
    assert reason(class_shell) == "likeliest dog: 36 %"
    class_shell.workspace.chosen = replace(class_shell.workspace.chosen, enough=2)
    assert reason(class_shell) == (
        "hunt over, 2 found: now what teaches most, one in four a likely dog (this one 36 %)"
    )


@pytest.mark.parametrize("order", ["hunt:1", "nearest:1"])
def test_that_a_label_of_which_nothing_was_learned_is_not_called_likely(class_shell, order):
    heads.use_order(class_shell.workspace, order)
    unlearned = [0.6, float("nan"), 0.4]
    rank(class_shell, unlearned, [unlearned] * MEMBERS)
    assert reason(class_shell) == "nothing learned of dog yet"


def test_that_a_hunt_for_high_scores_tells_the_score(score_shell):
    heads.use_order(score_shell.workspace, "hunt:8")
    rank(score_shell, [0.73], [[0.73]] * MEMBERS)
    assert score_shell.workspace.head.kind is HeadKind.SCORE
    assert reason(score_shell) == "highest scores first: 7.3"


def test_that_a_committee_that_agrees_against_the_head_says_what_either_says(class_shell):
    rank(class_shell, [0.3, 0.6, 0.1], [[0.8, 0.1, 0.1]] * MEMBERS, source="v1")
    said = "committee (dots): cat, head (bars): dog"
    assert reason(class_shell) == said
    heads.use_order(class_shell.workspace, "entropy")
    assert reason(class_shell) == f"flattest prediction first: dog 60 % · {said}"


@pytest.mark.parametrize(("source", "answers"), [("live", 9), (AS_LEFT, 3)])
def test_that_the_live_head_is_one_learner_whose_answers_are_counted_also_as_it_was_left(class_shell, source, answers):
    heads.use_order(class_shell.workspace, "entropy")
    rank(class_shell, [0.3, 0.6, 0.1], [[0.8, 0.1, 0.1]] * MEMBERS, source=source)
    answer(class_shell, 0, 9)
    assert reason(class_shell) == f"after {answers} answers: a guess · flattest prediction first: dog 60 %"


def test_that_a_tag_beyond_even_without_a_vote_says_that_two_learners_speak(tags_shell):
    workspace = tags_shell.workspace
    refuse_all(tags_shell)
    said = [0.83] + [0.1] * (workspace.head.outputs - 1)
    rank(tags_shell, said, [[0.4] + [0.1] * (workspace.head.outputs - 1)] * MEMBERS, source="v1")
    told = f"{workspace.head.labels[0].name}: committee (dots) no, head (bar) yes"
    assert reason(tags_shell) == told


def test_that_what_is_said_after_almost_no_answers_is_called_a_guess(class_shell):
    rank(class_shell, [0.57, 0.33, 0.1], [[0.8, 0.1, 0.1]] * MEMBERS)
    answer(class_shell, 0, 9)
    assert reason(class_shell).startswith("after 9 answers: a guess · ")
    answer(class_shell, 0, 10)
    assert "a guess" not in reason(class_shell)


def test_that_a_score_head_without_answers_says_that_nothing_was_learned(score_shell):
    rank(score_shell, [float("nan")], [[float("nan")]] * MEMBERS)
    assert reason(score_shell) == "nothing learned yet"


def test_that_a_hunt_for_a_tag_that_nobody_refused_goes_by_what_was_found(tags_shell):
    workspace = tags_shell.workspace
    heads.use_order(workspace, "hunt:1")
    outputs = workspace.head.outputs
    rank(tags_shell, [0.9] * outputs, [[0.9] * outputs] * MEMBERS)
    ids = [ImageId(int(one)) for one in workspace.pool.ids[-2:]]
    hunted = workspace.head.labels[1].label_id
    answering_yes = {image_id: TagsValue(frozenset({hunted}), frozenset()) for image_id in ids}
    workspace.announce(workspace.project.annotations.annotate(workspace.head.head_id, answering_yes))
    assert reason(tags_shell) == "like what was found, unlike what was refused"


def test_that_coverage_of_scores_does_not_speak_of_doubt(score_shell):
    heads.use_order(score_shell.workspace, "coverage")
    rank(score_shell, [0.5], [[0.1]] * 4 + [[0.9]] * (MEMBERS - 4))
    assert reason(score_shell) == "stands for images of which none is answered"


def test_that_pairs_make_a_score_more_than_a_guess(score_shell):
    project, head = score_shell.workspace.project, score_shell.workspace.head
    rank(score_shell, [0.73], [[0.73]] * MEMBERS)
    score_shell.workspace.announce(project.annotations.annotate(head.head_id, {ImageId(1): ScoreValue(7.0)}))
    assert reason(score_shell).startswith("after 1 answer: a guess")
    project.pairs.judge(head.head_id, [Comparison(ImageId(1), ImageId(one), Outcome.LEFT) for one in range(2, 11)])
    assert "a guess" not in reason(score_shell)
