"""Pages are turned by key and wheel, and go by label, by how sure the head is and by head."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.acts import View
from core.values import HeadKind
from tests.app.conftest import ANIMALS, PICTURES, add_head
from tests.app.mouse import turn_wheel
from tests.app.pages.cards import open_pages, say, shown, state
from tests.app.reviews import BIRD, CAT, DOG, likely


def test_that_page_keys_turn_pages_and_the_end_leads_back(qtbot, paged, press):
    first = shown(paged)
    qtbot.keyClick(paged.window.page_view, Qt.Key.Key_PageDown)
    assert shown(paged) != first
    qtbot.keyClick(paged.window.page_view, Qt.Key.Key_PageUp)
    assert shown(paged) == first
    for _ in range(3):
        press(Qt.Key.Key_Return)
    message = state(paged).message
    assert message is not None
    assert message.title == "All pages done"
    qtbot.keyClick(paged.window.page_view, Qt.Key.Key_PageUp)
    assert state(paged).bar.line == "Page 3 of 3: cat, 2 images, all done — Enter turns the page"


def test_that_pages_go_by_label_and_by_how_sure_the_head_is(qtbot, paged, press):
    press(Qt.Key.Key_Q)
    qtbot.waitUntil(lambda: bool(state(paged).cards))
    assert set(shown(paged)) <= {9, 10, 11, 12}
    paged.window.page_view.bar.threshold_chosen.emit(0.95)
    qtbot.waitUntil(lambda: state(paged).message is not None)
    assert state(paged).message.title == "Nothing to confirm"


def test_that_without_a_prediction_the_view_says_what_to_do(qtbot, class_shell, press):
    open_pages(qtbot, class_shell)
    message = state(class_shell).message
    assert message is not None
    assert message.title == "No pages yet"
    assert [action.text for action in message.actions] == ["Answer images"]
    press(Qt.Key.Key_Escape)
    assert class_shell.window.view is View.LABEL


def test_that_another_head_brings_its_own_pages(qtbot, paged):
    add_head(paged, HeadKind.CLASS, ANIMALS[:2], name="other")
    assert state(paged).message is not None
    assert state(paged).message.title == "No pages yet"


def test_that_pages_begin_with_the_label_of_most_images_and_say_how_many(qtbot, class_shell):
    say(class_shell, likely(*[CAT] * 2, *[DOG] * 7, *[BIRD] * 3))
    class_shell.presenter.choose(View.PAGES)
    qtbot.waitUntil(lambda: bool(state(class_shell).cards))
    bar = state(class_shell).bar
    assert (bar.outputs[bar.output], bar.counts) == ("dog", (2, 7, 3))


def test_that_the_first_predictions_bring_pages(qtbot, class_shell):
    class_shell.presenter.choose(View.PAGES)
    assert state(class_shell).message is not None
    say(class_shell, likely(*[CAT] * PICTURES))
    qtbot.waitUntil(lambda: bool(state(class_shell).cards))


def test_that_the_last_page_is_taken_back_and_shown_again(paged, press):
    for _ in range(3):
        press(Qt.Key.Key_Return)
    assert state(paged).message is not None
    press(Qt.Key.Key_Backspace)
    assert state(paged).bar.line == "Page 3 of 3: cat, 2 images — Enter confirms 2"


def test_that_the_wheel_turns_pages(paged):
    grid, first = paged.window.page_view.grid, shown(paged)
    for delta in (-60, -60):
        turn_wheel(grid, delta)
    assert state(paged).bar.line.startswith("Page 2 of 3")
    turn_wheel(grid, 120)
    assert shown(paged) == first


def test_that_the_key_for_the_next_label_passes_over_those_without_images(qtbot, class_shell, press):
    say(class_shell, likely(*[CAT] * 8, *[BIRD] * 4))
    open_pages(qtbot, class_shell)
    press(Qt.Key.Key_Q)
    qtbot.waitUntil(lambda: bool(state(class_shell).cards))
    assert state(class_shell).bar.outputs[state(class_shell).bar.output] == "bird"
