"""A page of one tag speaks of that tag alone: what was said of the others stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from app.acts import View
from app.bootstrap import Shell
from core.project.reviewing import gather, look_again
from core.review.orders import ReviewOrder
from core.review.second_look import Asked
from core.values import ImageId, TagsValue
from tests.app.pages.cards import open_pages, say, shown
from tests.app.reviews import BIRD, CAT, DOG, likely

ONE, TWO, THREE = ImageId(1), ImageId(2), ImageId(3)


@pytest.fixture
def press(qtbot, tags_shell) -> Callable[[Qt.Key], None]:
    return lambda key: qtbot.keyClick(tags_shell.window, key)


@pytest.fixture
def checked(qtbot, tags_shell) -> Shell:
    """Three answered images, each a cat and no bird, on a page of cats to look at again."""
    project, head = tags_shell.workspace.opened()
    cat, dog, bird = (label.label_id for label in head.labels)
    full = TagsValue(frozenset({cat, dog}), frozenset({bird}))
    tags_shell.workspace.announce(project.annotations.annotate(head.head_id, dict.fromkeys([ONE, TWO, THREE], full)))
    say(tags_shell, likely(*[CAT] * 3, *[BIRD] * 9))
    open_pages(qtbot, tags_shell)
    qtbot.keyClick(tags_shell.window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: len(shown(tags_shell)) == 3)
    return tags_shell


def test_that_a_mark_opens_the_tag_of_the_page_and_leaves_the_others_answered(checked, press):
    project, head = checked.workspace.opened()
    cat, dog, bird = (label.label_id for label in head.labels)
    wrong = shown(checked)[0]
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Return)
    rest = TagsValue(frozenset({dog}), frozenset({bird}))
    assert checked.workspace.board.answers[wrong] == rest
    assert project.annotations.standing_of(head.head_id, [wrong])[0].answer == rest
    assert project.annotations.marked_wrong(head.head_id) == {wrong: frozenset({cat})}
    told = "Page confirmed · 2 images · Marked as wrong · 1 image · Backspace takes it back"
    assert checked.window.job_bar._deed.text == told
    press(Qt.Key.Key_Backspace)
    assert checked.workspace.board.answers[wrong] == TagsValue(frozenset({cat, dog}), frozenset({bird}))
    assert not project.annotations.marked_wrong(head.head_id)


def test_that_the_card_of_a_marked_tag_shows_the_other_tags_as_they_were(checked, press):
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_M)
    assert checked.window.view is View.LABEL
    card = checked.window.label_view.panel._card
    assert card.reason == "cat marked as wrong"
    assert [row.focused for row in card.rows] == [True, False, False]
    assert [(row.chosen, row.refused) for row in card.rows] == [(False, False), (True, False), (False, True)]


def test_that_a_marked_tag_waits_until_it_is_answered_itself(checked, press):
    wrong = shown(checked)[0]
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_M)
    press(Qt.Key.Key_3)  # bird: another tag
    assert set(checked.workspace.board.wrong) == {wrong}
    press(Qt.Key.Key_1)
    assert not checked.workspace.board.wrong


def test_that_marks_of_two_pages_are_both_kept(qtbot, checked, press):
    _, head = checked.workspace.opened()
    cat, dog, bird = (label.label_id for label in head.labels)
    wrong = shown(checked)[0]
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Return)
    checked.window.page_view.bar.output_chosen.emit(DOG)
    qtbot.waitUntil(lambda: wrong in shown(checked))
    checked.window.page_view.grid.mark_asked.emit(shown(checked).index(wrong), True)
    press(Qt.Key.Key_Return)
    assert checked.workspace.board.wrong == {wrong: frozenset({cat, dog})}
    assert checked.workspace.board.answers[wrong] == TagsValue(frozenset(), frozenset({bird}))


def test_that_an_open_image_marked_under_one_tag_keeps_its_others(qtbot, tags_shell, press):
    project, head = tags_shell.workspace.opened()
    cat, dog, _ = (label.label_id for label in head.labels)
    known = TagsValue(frozenset({dog}))
    tags_shell.workspace.announce(project.annotations.annotate(head.head_id, {ONE: known}))
    say(tags_shell, likely(CAT, *[BIRD] * 11))
    open_pages(qtbot, tags_shell)
    assert shown(tags_shell) == [ONE]
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Return)
    assert tags_shell.workspace.board.answers == {ONE: known}
    assert tags_shell.workspace.board.wrong == {ONE: frozenset({cat})}


def test_that_a_page_confirms_its_own_tag_alone(qtbot, checked, press):
    project, head = checked.workspace.opened()
    cat, dog, _ = (label.label_id for label in head.labels)
    press(Qt.Key.Key_Return)
    stands = {image: one.stands for image, one in project.annotations.confirmations(head.head_id).items()}
    assert stands == dict.fromkeys([ONE, TWO, THREE], TagsValue(frozenset({cat})))
    assert counted_conflicts(checked) == 3, "the head says no dog"
    checked.window.page_view.bar.output_chosen.emit(DOG)
    qtbot.waitUntil(lambda: len(shown(checked)) == 3)
    press(Qt.Key.Key_Return)
    stands = {image: one.stands for image, one in project.annotations.confirmations(head.head_id).items()}
    assert stands == dict.fromkeys([ONE, TWO, THREE], TagsValue(frozenset({cat, dog})))
    assert counted_conflicts(checked) == 0
    press(Qt.Key.Key_Backspace)
    assert counted_conflicts(checked) == 3
    assert len(shown(checked)) == 3


def counted_conflicts(shell: Shell) -> int:
    project, head = shell.workspace.opened()
    return len(look_again(gather(project, head)).find(Asked(ReviewOrder.CONFLICT)))
