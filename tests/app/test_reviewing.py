"""The review view: what was answered and is contradicted, corrected or confirmed by keys, taken back by one."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.acts import View
from app.bootstrap import Shell
from app.presenting import review_presenter
from core.changes import Changes
from core.review.orders import ReviewOrder
from core.values import MEMBERS, ClassValue, Confirmation, HeadKind, ImageId, ScoreValue, TagsValue
from tests.app.conftest import ANIMALS, add_head
from tests.app.reviews import BIRD, CAT, DOG, adopt, answer, likely, standing

ONE, TWO, THREE, FOUR = (ImageId(number) for number in range(1, 5))


@pytest.fixture
def press(qtbot, class_shell):
    def act(key: Qt.Key) -> None:
        qtbot.keyClick(class_shell.window, key)

    return act


@pytest.fixture
def reviewed(qtbot, class_shell, press) -> Shell:
    """Four answers, of which the second and the fourth are contradicted; the review view is open."""
    answer(class_shell, a=CAT, b=DOG, c=BIRD, d=BIRD)
    adopt(class_shell, likely(CAT, CAT, BIRD, DOG))
    press(Qt.Key.Key_R)
    qtbot.waitUntil(lambda: shown(class_shell) is not None)
    return class_shell


def shown(shell: Shell) -> ImageId | None:
    card = shell.window.review_view._state.card
    return card.image.image_id if card is not None else None


def count(shell: Shell, order: ReviewOrder = ReviewOrder.CONFLICT) -> int:
    return shell.window.review_view._state.bar.counts[order]


def test_that_the_view_shows_a_contradicted_answer_with_its_reason(reviewed):
    state = reviewed.window.review_view._state
    assert reviewed.window.view is View.REVIEW
    assert (shown(reviewed), count(reviewed)) == (TWO, 2)
    assert state.reason == "you said dog; 8 of 8 members, none of which saw it, say cat (90 %)"
    assert [row.probability for row in state.card.rows] == pytest.approx([0.9, 0.05, 0.05], abs=1e-3)
    assert len(state.card.rows[0].votes) == MEMBERS


def test_that_a_digit_corrects_and_leads_on(reviewed, press):
    press(Qt.Key.Key_1)
    assert standing(reviewed, TWO) == ANIMALS[CAT]
    assert (shown(reviewed), count(reviewed)) == (FOUR, 1)


def test_that_space_confirms_and_the_conflict_stays_away(qtbot, reviewed, press):
    press(Qt.Key.Key_Space)
    assert (shown(reviewed), count(reviewed)) == (FOUR, 1)
    project, head = reviewed.workspace.opened()
    cat, dog = (ClassValue(head.labels[row].label_id) for row in (CAT, DOG))
    assert project.annotations.confirmations(head.head_id) == {TWO: Confirmation(dog, against=cat)}
    assert reviewed.window.job_bar._deed_text.startswith("Confirmed · ")
    press(Qt.Key.Key_R)
    press(Qt.Key.Key_R)
    qtbot.waitUntil(lambda: shown(reviewed) == FOUR)
    assert count(reviewed) == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_1, Qt.Key.Key_Space])
def test_that_backspace_takes_back_and_shows_the_image_again(reviewed, press, key):
    press(key)
    press(Qt.Key.Key_Backspace)
    assert (shown(reviewed), count(reviewed)) == (TWO, 2)
    assert standing(reviewed, TWO) == ANIMALS[DOG]


def test_that_backspace_in_another_queue_shows_the_image_where_that_has_it(reviewed, press):
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Q)
    assert (shown(reviewed), count(reviewed, ReviewOrder.FALSE_POSITIVE)) == (FOUR, 1)
    press(Qt.Key.Key_Backspace)
    assert not reviewed.desk.bugs
    assert (shown(reviewed), count(reviewed, ReviewOrder.FALSE_POSITIVE)) == (TWO, 2)


@pytest.mark.parametrize("many", [0, 2_000])
def test_that_queues_by_another_threshold_are_made_beside_the_window_too(qtbot, reviewed, press, monkeypatch, many):
    monkeypatch.setattr(review_presenter, "_MANY", many)
    press(Qt.Key.Key_Q)
    reviewed.window.review_view.bar.threshold_chosen.emit(0.95)
    qtbot.waitUntil(reviewed.window.review_view.is_settled)
    assert reviewed.window.review_view._state.message.title == "Nothing to look at again"
    reviewed.window.review_view.bar.threshold_chosen.emit(0.5)
    qtbot.waitUntil(lambda: shown(reviewed) == TWO)
    press(Qt.Key.Key_1)
    assert (shown(reviewed), count(reviewed, ReviewOrder.FALSE_POSITIVE)) == (FOUR, 1)


def test_that_vectors_that_come_do_not_have_the_answers_gathered_again(reviewed, press, monkeypatch):
    asked = []
    press(Qt.Key.Key_R)
    monkeypatch.setattr(reviewed.background, "run", lambda name, *_, **__: asked.append(name))
    press(Qt.Key.Key_R)
    reviewed.workspace.announce(Changes(embeddings=True))
    assert asked == [review_presenter.TOPIC]


def test_that_an_empty_queue_says_what_to_do_next(reviewed, press):
    press(Qt.Key.Key_1)
    press(Qt.Key.Key_Space)
    message = reviewed.window.review_view._state.message
    assert message is not None
    assert message.title == "All looked at"
    assert [action.act for action in message.actions] == ["single", "retrain"]
    press(Qt.Key.Key_Left)
    assert shown(reviewed) == FOUR


def test_that_queues_go_by_label_and_come_by_key(reviewed, press):
    press(Qt.Key.Key_Q)
    state = reviewed.window.review_view._state
    assert state.bar.order is ReviewOrder.FALSE_POSITIVE
    reviewed.window.review_view.bar.label_chosen.emit(DOG)
    assert (shown(reviewed), count(reviewed, ReviewOrder.FALSE_POSITIVE)) == (FOUR, 1)
    assert "gives dog 90 %" in reviewed.window.review_view._state.reason
    reviewed.window.review_view.bar.threshold_chosen.emit(0.95)
    assert count(reviewed, ReviewOrder.FALSE_POSITIVE) == 0
    assert reviewed.window.review_view._state.message.title == "Nothing to look at again"


def test_that_before_any_version_the_view_says_so(qtbot, class_shell, press):
    answer(class_shell, a=CAT)
    press(Qt.Key.Key_R)
    view = class_shell.window.review_view
    qtbot.waitUntil(view.is_settled)
    assert view._state.message.title == "No version to look again with yet"
    press(Qt.Key.Key_Escape)
    assert class_shell.window.view is View.LABEL


def test_that_the_queue_of_open_images_stays_where_it_was(reviewed, press):
    before = reviewed.workspace.queue.current
    press(Qt.Key.Key_1)
    press(Qt.Key.Key_R)
    assert reviewed.window.view is View.LABEL
    assert reviewed.workspace.queue.current == before


def test_that_a_score_is_held_against_what_is_said_unseen(qtbot, shell):
    add_head(shell, HeadKind.SCORE, ())
    project, head = shell.workspace.opened()
    scores = {ImageId(number): ScoreValue(9.0 if number == 3 else 5.0) for number in range(1, 11)}
    shell.workspace.announce(project.annotations.annotate(head.head_id, scores))
    adopt(shell, np.full((10, 1), 0.5))
    shell.presenter.choose(View.REVIEW)
    qtbot.waitUntil(lambda: shown(shell) is not None)
    assert (shown(shell), count(shell)) == (THREE, 1)
    assert shell.window.review_view._state.reason.startswith(
        "you gave 9; 8 members, none of which saw it, say near 5.0"
    )
    qtbot.keyClick(shell.window, Qt.Key.Key_5)
    assert count(shell) == 0


def test_that_a_new_version_moves_nothing_under_the_eyes(qtbot, reviewed, press):
    adopt(reviewed, likely(CAT, DOG, CAT, DOG))
    assert (shown(reviewed), count(reviewed)) == (TWO, 2)
    press(Qt.Key.Key_Q)
    reviewed.window.review_view.bar.order_chosen.emit(ReviewOrder.CONFLICT)
    qtbot.waitUntil(lambda: shown(reviewed) == THREE)
    assert count(reviewed) == 2


def test_that_tags_are_corrected_one_by_one_and_then_confirmed(qtbot, shell):
    add_head(shell, HeadKind.TAGS, ANIMALS)
    project, head = shell.workspace.opened()
    cat, dog, _ = (label.label_id for label in head.labels)
    given = {ONE: TagsValue(frozenset({cat}), frozenset({dog})), TWO: TagsValue(frozenset({dog}), frozenset({cat}))}
    shell.workspace.announce(project.annotations.annotate(head.head_id, given))
    adopt(shell, np.array([[0.1, 0.9, 0.1], [0.1, 0.9, 0.1]]))
    shell.presenter.choose(View.REVIEW)
    qtbot.waitUntil(lambda: shown(shell) is not None)
    assert (shown(shell), count(shell)) == (ONE, 1)
    qtbot.keyClick(shell.window, Qt.Key.Key_2)
    assert shell.workspace.board.answers[ONE] == TagsValue(frozenset({cat, dog}))
    assert shown(shell) == ONE, "there may be more to correct"
    qtbot.keyClick(shell.window, Qt.Key.Key_Space)
    assert shown(shell) is None
    assert project.annotations.confirmations(head.head_id)[ONE].stands == TagsValue(frozenset({cat, dog}))


def test_that_contradictions_are_a_queue_where_a_key_decides(qtbot, class_shell, press):
    answer(class_shell, a=CAT, b=DOG)
    project, head = class_shell.workspace.opened()
    bird = ClassValue(head.labels[BIRD].label_id)
    for image in (ONE, TWO):
        class_shell.workspace.announce(project.annotations.answer_again(head.head_id, image, bird, 1))
    press(Qt.Key.Key_R)
    qtbot.waitUntil(lambda: ReviewOrder.CONTRADICTIONS in class_shell.window.review_view._state.bar.counts)
    class_shell.window.review_view.bar.order_chosen.emit(ReviewOrder.CONTRADICTIONS)
    assert (shown(class_shell), count(class_shell, ReviewOrder.CONTRADICTIONS)) == (TWO, 2)
    assert class_shell.window.review_view._state.reason.startswith("you answered it twice: dog at first, and bird")
    press(Qt.Key.Key_2)
    assert standing(class_shell, TWO) == ANIMALS[DOG]
    press(Qt.Key.Key_Space)
    assert count(class_shell, ReviewOrder.CONTRADICTIONS) == 0
    press(Qt.Key.Key_Backspace)
    assert (shown(class_shell), count(class_shell, ReviewOrder.CONTRADICTIONS)) == (ONE, 1)


def test_that_a_look_through_the_answers_that_takes_long_is_told(class_shell, press, qtbot, monkeypatch):
    go_on, look = threading.Event(), review_presenter.look_through
    monkeypatch.setattr(review_presenter, "look_through", lambda *asked: look(*asked) if go_on.wait(20) else None)
    answer(class_shell, a=CAT, b=DOG)
    adopt(class_shell, likely(CAT, CAT))
    press(Qt.Key.Key_R)
    view = class_shell.window.review_view
    qtbot.waitUntil(lambda: view._empty._title.text() == "Looking through the answers…")
    assert not view.is_settled()
    go_on.set()
    qtbot.waitUntil(lambda: shown(class_shell) is not None)
