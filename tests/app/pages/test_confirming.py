"""The rest of a page is confirmed by one key and taken back by one."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from app.acts import View
from core.changes import Changes
from core.values import ClassValue, Confirmation, ImageId, ScoreValue, TagsValue
from tests.app.conftest import PICTURES
from tests.app.pages.cards import PER_PAGE, answers, click, marked, open_pages, say, shown, state
from tests.app.reviews import BIRD, CAT, DOG, likely


def test_that_a_page_shows_what_the_head_is_sure_of_and_says_what_enter_does(paged):
    assert paged.window.view is View.PAGES
    assert len(shown(paged)) == PER_PAGE
    assert set(shown(paged)) <= set(range(1, 9))
    assert state(paged).bar.line == "Page 1 of 3: cat, 3 images — Enter confirms 3"


def test_that_enter_answers_all_but_the_marked_as_one_act_and_turns_the_page(qtbot, paged, press):
    first, wrong, third = shown(paged)
    click(qtbot, paged.window.page_view.grid, 1)
    assert state(paged).bar.line == "Page 1 of 3: cat, 3 images, 1 marked — Enter confirms 2"
    seen: list[Changes] = []
    paged.workspace.changed.connect(lambda changes, _: seen.append(changes))
    press(Qt.Key.Key_Return)
    assert answers(paged) == {first: "cat", third: "cat"}
    told = "Page confirmed · 2 images · Marked as wrong · 1 image · Backspace takes it back"
    assert paged.window.job_bar._deed.text == told
    assert [changes.annotated for changes in seen] == [frozenset({first, wrong, third})]
    assert state(paged).bar.counts == (6, 4, 0)
    assert state(paged).bar.line.startswith("Page 2 of 3")
    assert state(paged).bar.line.endswith("M corrects 1")


def test_that_an_undone_page_counts_its_answers_and_marks_apart(qtbot, paged, press):
    click(qtbot, paged.window.page_view.grid, 1)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Backspace)
    told = paged.window.job_bar._deed.text
    assert told.startswith("Undone: Page confirmed · 2 images · Marked as wrong · 1 image · ")
    assert state(paged).bar.counts == (8, 4, 0)


def test_that_backspace_takes_the_page_back_and_returns_to_it(qtbot, paged, press):
    before = shown(paged)
    click(qtbot, paged.window.page_view.grid, 0)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Backspace)
    assert answers(paged) == {}
    assert (shown(paged), marked(paged)) == (before, before[:1])


def test_that_answers_are_checked_in_pages_and_the_marked_are_open_again(qtbot, paged, press):
    for _ in range(3):
        press(Qt.Key.Key_Return)
    press(Qt.Key.Key_C)
    qtbot.waitUntil(lambda: bool(state(paged).cards))
    wrong, *right = shown(paged)
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Return)
    project, head = paged.workspace.opened()
    cat = ClassValue(head.labels[CAT].label_id)
    confirmed = project.annotations.confirmations(head.head_id)
    assert confirmed == {image: Confirmation(cat, against=cat) for image in right}
    assert wrong not in answers(paged)
    assert list(project.annotations.marked_wrong(head.head_id)) == [wrong]
    press(Qt.Key.Key_Backspace)
    assert answers(paged)[wrong] == "cat"
    assert project.annotations.confirmations(head.head_id) == {}
    assert (shown(paged), marked(paged)) == ([wrong, *right], [wrong])


def test_that_a_page_of_a_tag_leaves_the_other_tags_as_they_are(qtbot, tags_shell):
    project, head = tags_shell.workspace.opened()
    cat, dog, _ = (label.label_id for label in head.labels)
    known = TagsValue(frozenset({dog}))
    tags_shell.workspace.announce(project.annotations.annotate(head.head_id, {ImageId(1): known}))
    say(tags_shell, likely(*[CAT] * 2, *[BIRD] * 10))
    open_pages(qtbot, tags_shell)
    assert sorted(shown(tags_shell)) == [1, 2]
    qtbot.keyClick(tags_shell.window, Qt.Key.Key_Return)
    board = tags_shell.workspace.board
    assert board.answers == {1: TagsValue(frozenset({cat, dog})), 2: TagsValue(frozenset({cat}))}


def test_that_scores_are_confirmed_by_bracket(qtbot, score_shell):
    say(score_shell, np.array([[0.7]] * 2 + [[0.2]] * (PICTURES - 2)))
    open_pages(qtbot, score_shell)
    score_shell.window.page_view.bar.output_chosen.emit(7)
    qtbot.waitUntil(lambda: bool(state(score_shell).cards))
    qtbot.keyClick(score_shell.window, Qt.Key.Key_Return)
    assert score_shell.workspace.board.answers == {1: ScoreValue(7.0), 2: ScoreValue(7.0)}


def test_that_the_audit_set_is_left_to_blind_asking(qtbot, class_shell):
    say(class_shell, likely(*[CAT] * 8, *[DOG] * 4), audit_share=0.5)
    open_pages(qtbot, class_shell)
    cats = set(range(1, 9))
    blind = cats & set(np.flatnonzero(class_shell.workspace.board.audit).tolist())
    seen = set(shown(class_shell))
    for _ in range(3):
        qtbot.keyClick(class_shell.window.page_view, Qt.Key.Key_PageDown)
        seen |= set(shown(class_shell))
    assert blind and seen == cats - blind
