"""Notes of versions are written where they stand, and outlive what is read beside."""

from __future__ import annotations

import threading

from PySide6.QtWidgets import QStyledItemDelegate, QWidget

from app.acts import View
from app.bootstrap import Shell
from app.models.versions_model import FIGURE, HEADINGS, NOTE, RECIPE, VERSION
from core.project import recipe_text
from tests.app.keys import Key, press
from tests.app.versions.retrains import CAT, DOG, retrain, shown_text


def test_that_a_note_is_written_where_it_stands(shown):
    model = shown.window.versions_view.model
    assert model.setData(model.index(1, NOTE), "before the new birds")
    assert shown_text(shown, 1, NOTE) == "before the new birds"
    head = shown.workspace.head
    assert shown.workspace.project.versions.get(head.head_id, 1).note == "before the new birds"
    assert not model.setData(model.index(1, FIGURE), "100 %")


def test_that_f2_opens_the_note_for_writing_and_letters_go_into_it(shown, qtbot):
    press(shown, Key.Key_F2)
    editor = shown.window.focusWidget()
    qtbot.keyClicks(editor, "vu")
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: shown_text(shown, 0, NOTE) == "vu")
    assert shown.window.view is View.VERSIONS


def test_that_enter_in_a_note_writes_it_and_leads_nowhere(shown, qtbot):
    press(shown, Key.Key_F2)
    table = shown.window.versions_view.table
    closed = []
    table.itemDelegate().closeEditor.connect(lambda _, hint: closed.append(hint))
    editor = shown.window.focusWidget()
    qtbot.keyClicks(editor, "vu")
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: closed != [])
    assert closed == [QStyledItemDelegate.EndEditHint.SubmitModelCache]
    assert not shown.window.versions_view.pane.grid.hasFocus()


def write_note(shell: Shell, qtbot, text: str) -> QWidget:
    """The field of the note of the version marked, with so much written into it."""
    press(shell, Key.Key_F2)
    editor = shell.window.focusWidget()
    qtbot.keyClicks(editor, text)
    return editor


def test_that_a_note_being_written_outlives_recipes_that_were_read(twice, qtbot, monkeypatch):
    asked = threading.Event()
    monkeypatch.setattr(recipe_text, "recipe_text", lambda folder: "mine" if asked.wait(10) else "")
    press(twice, Key.Key_V)
    editor = write_note(twice, qtbot, "half a")
    asked.set()
    qtbot.waitUntil(lambda: shown_text(twice, 1, RECIPE) == "mine")
    qtbot.keyClicks(editor, " note")
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: shown_text(twice, 0, NOTE) == "half a note")


def test_that_a_note_being_written_outlives_a_retrain(shown, qtbot):
    editor = write_note(shown, qtbot, "half a")
    retrain(shown, [CAT, DOG, CAT, CAT])
    assert shown_text(shown, 0, VERSION) == "v3 · in force"
    assert shown.window.versions_view.selected() == [1, 2]
    qtbot.keyClicks(editor, " note")
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: [shown_text(shown, row, NOTE) for row in range(3)] == ["", "half a note", ""])


def test_that_a_note_has_room_and_nothing_scrolls_sideways(shown, qtbot):
    table, theme = shown.window.versions_view.table, shown.window.theme
    for size, room in (((2400, 1200), 180), ((1280, 800), 180), ((860, 540), 60)):
        shown.window.resize(*size)
        qtbot.waitUntil(lambda room=room: table.columnWidth(NOTE) >= theme.px(room))
        qtbot.waitUntil(lambda: sum(map(table.columnWidth, range(len(HEADINGS)))) <= table.viewport().width())
