"""Answered images come back, and nothing in sight tells what was answered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.acts import View
from app.operations import answering, marking, undoing
from app.presenting.cards import build_cell
from app.queue.again import Drawn
from core.errors import UserError
from core.project import asking_again
from core.values import ClassValue, ImageId, ScoreValue, TagsValue
from tests.app.live_says import card_of, rank


def answer_some(shell, count: int = 4) -> list[ImageId]:
    """With the first key, one after another."""
    done = []
    for _ in range(count):
        image = shell.workspace.queue.current
        done.append(image)
        QTest.keyClick(shell.window, Qt.Key.Key_1)
    return done


def ask_again(shell, image: ImageId) -> None:
    """Now, and not after those that are in sight."""
    shell.workspace.kept_ahead = -1
    shell.workspace.ask_again(Drawn(image, 1))
    assert shell.workspace.queue.current == image


def given_twice(shell):
    return shell.workspace.project.repeats.all(shell.workspace.head.head_id)


def test_that_neither_the_answer_nor_the_prediction_is_shown(class_shell):
    image = answer_some(class_shell)[0]
    rank(class_shell, [0.8, 0.1, 0.1])
    ask_again(class_shell, image)
    card = card_of(class_shell)
    assert card.blind
    assert card.answer is None
    assert card.answer_text == ""
    assert not any(row.chosen or row.proposed or row.votes for row in card.rows)
    assert build_cell(class_shell.workspace, image).answer_text == ""
    assert class_shell.window.label_view.panel._source.text == "blind: you first"


def test_that_it_is_asked_in_the_words_of_any_blind_image(class_shell):
    image = answer_some(class_shell)[0]
    blind = rank(class_shell, [0.8, 0.1, 0.1])
    class_shell.workspace.show(blind)
    words = card_of(class_shell).reason
    ask_again(class_shell, image)
    assert card_of(class_shell).reason == words


def test_that_confirming_does_not_give_the_first_answer_away(class_shell):
    image = answer_some(class_shell)[0]
    ask_again(class_shell, image)
    with pytest.raises(UserError, match="blind"):
        answering.confirm(class_shell.workspace, [image], advance=True)
    assert given_twice(class_shell) == []


def test_that_a_second_answer_is_kept_beside_the_first_and_leads_on(class_shell):
    image = answer_some(class_shell)[0]
    cat, dog, _ = (ClassValue(label.label_id) for label in class_shell.workspace.head.labels)
    ask_again(class_shell, image)
    QTest.keyClick(class_shell.window, Qt.Key.Key_2)
    (found,) = given_twice(class_shell)
    assert (found.image_id, found.first, found.second) == (image, cat, dog)
    assert class_shell.workspace.board.answers[image] == dog
    assert class_shell.workspace.queue.current != image
    assert not class_shell.workspace.is_blind(image)


def test_that_undo_takes_it_back_and_what_is_answered_then_is_not_blind(class_shell):
    image = answer_some(class_shell)[0]
    ask_again(class_shell, image)
    QTest.keyClick(class_shell.window, Qt.Key.Key_2)
    QTest.keyClick(class_shell.window, Qt.Key.Key_Backspace)
    assert class_shell.workspace.queue.current == image
    assert card_of(class_shell).answer_text == "cat"
    QTest.keyClick(class_shell.window, Qt.Key.Key_3)
    assert given_twice(class_shell) == []


def test_that_an_image_whose_answer_is_taken_back_meanwhile_is_asked_as_any_other(class_shell):
    (image,) = answer_some(class_shell, 1)
    ask_again(class_shell, image)
    QTest.keyClick(class_shell.window, Qt.Key.Key_Backspace)
    assert class_shell.workspace.queue.current == image
    QTest.keyClick(class_shell.window, Qt.Key.Key_2)
    assert class_shell.workspace.board.answers[image].label == class_shell.workspace.head.labels[1].label_id
    assert given_twice(class_shell) == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Right, Qt.Key.Key_S, Qt.Key.Key_Left])
def test_that_passing_it_leaves_the_first_answer_and_no_second_one(class_shell, key):
    done = answer_some(class_shell)
    ask_again(class_shell, done[0])
    waiting = class_shell.workspace.queue.ids.tolist().count(done[0])
    QTest.keyClick(class_shell.window, key)
    workspace = class_shell.workspace
    assert given_twice(class_shell) == []
    assert not workspace.is_blind(done[0])
    assert not workspace.board.standing(done[0]).skipped
    assert workspace.queue.ids.tolist().count(done[0]) == waiting - 1
    assert workspace.queue.current != done[0]


@pytest.mark.parametrize("view", [View.REVIEW, View.INSIGHT, View.PAGES, View.GRID])
def test_that_a_look_elsewhere_ends_it(class_shell, view):
    image = answer_some(class_shell)[0]
    ask_again(class_shell, image)
    class_shell.commands.perform(view.value)
    assert not class_shell.workspace.is_blind(image)
    assert given_twice(class_shell) == []


def test_that_none_comes_while_answers_are_looked_at(class_shell):
    image = answer_some(class_shell)[0]
    class_shell.commands.perform("review")
    class_shell.workspace.ask_again(Drawn(image, 1))
    assert class_shell.workspace.again.drawn is None
    class_shell.commands.perform("single")
    class_shell.workspace.ask_again(Drawn(image, 1))
    assert class_shell.workspace.again.image_id == image


def test_that_an_image_whose_answer_is_seen_before_it_comes_is_not_blind(class_shell):
    image = answer_some(class_shell)[0]
    class_shell.workspace.ask_again(Drawn(image, 1))
    class_shell.workspace.again.saw(image)
    assert not class_shell.workspace.is_blind(image)
    assert class_shell.workspace.decided_of(class_shell.workspace.pool.ids[:1]).shape == (1,)


def test_that_what_was_seen_lately_is_known(class_shell):
    done = answer_some(class_shell, 2)
    assert class_shell.workspace.again.seen_lately() >= {done[-1]}


def test_that_clearing_is_refused_and_excluding_is_not(class_shell):
    image = answer_some(class_shell)[0]
    ask_again(class_shell, image)
    with pytest.raises(UserError, match="blind"):
        answering.clear(class_shell.workspace, [image])
    marking.exclude(class_shell.workspace, [image], advance=True)
    assert class_shell.workspace.board.excluded[image]
    assert given_twice(class_shell) == []


def test_that_a_nudged_score_begins_in_the_middle_and_not_at_the_first_answer(score_shell):
    image = answer_some(score_shell)[0]
    ask_again(score_shell, image)
    QTest.keyClick(score_shell.window, Qt.Key.Key_Up)
    assert card_of(score_shell).proposed_score == 5.5
    QTest.keyClick(score_shell.window, Qt.Key.Key_Space)
    (found,) = given_twice(score_shell)
    assert (found.first, found.second) == (ScoreValue(1.0), ScoreValue(5.5))


def test_that_tags_are_asked_from_nothing_until_the_next_image(tags_shell):
    workspace = tags_shell.workspace
    cat, dog, _ = (label.label_id for label in workspace.head.labels)
    image = workspace.queue.current
    answering.turn_tag(workspace, 0, [image], yes=True)
    workspace.go_to(workspace.queue.position + 3)
    ask_again(tags_shell, image)
    assert not any(row.chosen for row in card_of(tags_shell).rows)
    QTest.keyClick(tags_shell.window, Qt.Key.Key_2)
    assert [row.chosen for row in card_of(tags_shell).rows] == [False, True, False]
    undoing.undo(workspace)
    assert not any(row.chosen for row in card_of(tags_shell).rows)
    assert workspace.is_blind(image)
    QTest.keyClick(tags_shell.window, Qt.Key.Key_2)
    QTest.keyClick(tags_shell.window, Qt.Key.Key_Right)
    (found,) = given_twice(tags_shell)
    assert found.second == TagsValue(frozenset({dog}))
    assert workspace.board.answers[image] == TagsValue(frozenset({cat, dog}))
    assert not workspace.is_blind(image)


def test_that_one_comes_by_itself_once_it_is_due(class_shell, monkeypatch, qtbot):
    monkeypatch.setattr(asking_again, "ANSWERS_APART", 2)
    monkeypatch.setattr(asking_again, "MINUTES_APART", 0)
    workspace = class_shell.workspace
    workspace.project.repeats.set_share(workspace.head.head_id, 0.25)
    workspace.again.open(workspace.project)
    workspace.again.follow(workspace.project, workspace.head, 0)
    monkeypatch.setattr(workspace.again, "seen_lately", frozenset)
    answer_some(class_shell, 4)
    qtbot.waitUntil(lambda: workspace.again.image_id is not None)
    place = workspace.queue.ids.tolist().index(workspace.again.image_id, workspace.queue.position)
    assert place == min(workspace.queue.position + 1 + workspace.kept_ahead, len(workspace.queue) - 1)


def test_that_none_comes_at_a_share_of_nothing(class_shell):
    workspace = class_shell.workspace
    workspace.project.repeats.set_share(workspace.head.head_id, 0.0)
    workspace.again.follow(workspace.project, workspace.head, 0)
    assert not any(workspace.again.is_due(number) for number in range(1, 500))


def test_that_a_sitting_after_a_pause_of_seconds_waits_until_minutes_have_passed(class_shell):
    answer_some(class_shell, 1)
    again, now = class_shell.workspace.again, [0.0]
    again._clock = lambda: now[0]
    again.open(class_shell.workspace.project)
    again.follow(class_shell.workspace.project, class_shell.workspace.head, 0)
    assert not again.is_due(100)
    now[0] = 60.0 * asking_again.MINUTES_APART
    assert again.is_due(200)
