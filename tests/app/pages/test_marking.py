"""The wrong ones of many images are marked, and come one after another to be corrected."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from app.acts import View
from app.operations.paging import pick_wrong
from core.errors import UserError
from tests.app.pages.cards import PER_PAGE, answers, click, marked, shown, state


def test_that_marked_images_come_one_after_another_and_a_key_corrects(qtbot, paged, press):
    wrong = shown(paged)[:2]
    for place in (0, 1):
        click(qtbot, paged.window.page_view.grid, place)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_M)
    assert (paged.window.view, paged.workspace.queue.ids.tolist()) == (View.LABEL, wrong)
    assert paged.window.label_view.panel._card.reason == "marked as wrong"
    press(Qt.Key.Key_2)
    assert (answers(paged)[wrong[0]], paged.workspace.queue.current) == ("dog", wrong[1])
    press(Qt.Key.Key_Escape)
    assert paged.window.view is View.PAGES
    press(Qt.Key.Key_M)
    assert paged.workspace.queue.ids.tolist() == wrong[1:]


def test_that_what_was_marked_as_wrong_is_not_proposed_again(qtbot, paged, press):
    wrong = shown(paged)[0]
    click(qtbot, paged.window.page_view.grid, 0)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_M)
    assert not any(row.proposed for row in paged.window.label_view.panel._card.rows)
    with qtbot.waitSignal(paged.desk.notice):
        press(Qt.Key.Key_Space)
    assert (wrong in answers(paged), paged.workspace.queue.current) == (False, wrong)
    press(Qt.Key.Key_Escape)
    paged.workspace.show(wrong)
    paged.presenter.choose(View.LABEL)
    assert paged.window.label_view.panel._card.reason == "marked as wrong: waits for the right answer"
    press(Qt.Key.Key_2)
    press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Space)
    assert answers(paged)[wrong] == "dog"


def test_that_a_mark_that_was_taken_back_lets_the_head_propose_again(qtbot, paged, press):
    wrong = shown(paged)[0]
    click(qtbot, paged.window.page_view.grid, 0)
    press(Qt.Key.Key_Return)
    assert set(paged.workspace.board.wrong) == {wrong}
    press(Qt.Key.Key_Backspace)
    assert not paged.workspace.board.wrong


def test_that_marked_images_wait_after_a_restart_and_undo_takes_the_marks_back(qtbot, paged, press, open_shell):
    wrong = shown(paged)[0]
    click(qtbot, paged.window.page_view.grid, 0)
    press(Qt.Key.Key_Return)
    folder = paged.workspace.project.folder
    paged.workspace.close()
    again = open_shell(folder)
    again.commands.perform("correct_marked")
    assert again.workspace.queue.ids.tolist() == [wrong]
    assert set(again.workspace.board.wrong) == {wrong}
    qtbot.keyClick(again.window, Qt.Key.Key_Escape)
    qtbot.keyClick(again.window, Qt.Key.Key_Backspace)
    assert answers(again) == {}
    with pytest.raises(UserError, match="nothing that was marked"):
        pick_wrong(again.workspace)


def test_that_a_page_of_which_all_is_marked_is_kept_too(qtbot, paged, press):
    every = shown(paged)
    for place in range(PER_PAGE):
        click(qtbot, paged.window.page_view.grid, place)
    press(Qt.Key.Key_Return)
    head = paged.workspace.head
    assert list(paged.workspace.project.annotations.marked_wrong(head.head_id)) == every
    assert answers(paged) == {}
    assert paged.window.job_bar._deed.text.startswith("Marked as wrong · 3 images · ")


def test_that_an_excluded_image_waits_no_more(qtbot, paged, press):
    click(qtbot, paged.window.page_view.grid, 0)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_M)
    press(Qt.Key.Key_X)
    with pytest.raises(UserError):
        pick_wrong(paged.workspace)


def test_that_arrows_move_space_marks_and_a_digit_answers_the_marked(qtbot, paged, press):
    view, cards = paged.window.page_view, shown(paged)
    press(Qt.Key.Key_Space)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_3)
    assert answers(paged) == {cards[0]: "bird", cards[1]: "bird"}
    assert state(paged).bar.line == "Page 1 of 3: cat, 3 images — Enter confirms 1"


def test_that_dragging_marks_a_run(qtbot, paged):
    grid = paged.window.page_view.grid
    qtbot.mousePress(grid, Qt.MouseButton.LeftButton, pos=grid._area(0).center().toPoint())
    for place in (1, 2):
        qtbot.mouseMove(grid, grid._area(place).center().toPoint())
    qtbot.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=grid._area(2).center().toPoint())
    assert marked(paged) == shown(paged)


def test_that_a_look_at_one_image_leads_back_to_the_page_with_its_marks(qtbot, paged, press):
    press(Qt.Key.Key_Return)
    before = shown(paged)
    click(qtbot, paged.window.page_view.grid, 1)
    press(Qt.Key.Key_E)
    assert (paged.window.view, paged.workspace.queue.current) == (View.LABEL, before[1])
    press(Qt.Key.Key_3)
    press(Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    assert shown(paged) == before
    assert answers(paged)[before[1]] == "bird"
    assert state(paged).bar.line == "Page 2 of 3: cat, 3 images — Enter confirms 2"
