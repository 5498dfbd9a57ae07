"""The list of keys covers the window: its keys are its own, and all of it can be reached."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from app.actions import Bindings
from app.windows.key_overlay import balanced

Key = Qt.Key


@pytest.fixture
def opened(class_shell):
    class_shell.window.resize(1280, 480)
    QTest.keyClick(class_shell.window, Key.Key_Question)
    assert class_shell.window.overlay.isVisible()
    return class_shell


@pytest.mark.parametrize("key", [Key.Key_3, Key.Key_Right, Key.Key_S, Key.Key_G, Key.Key_Space, Key.Key_Escape])
def test_that_a_key_over_the_list_closes_it_and_does_nothing_else(opened, key):
    workspace = opened.workspace
    before = (workspace.queue.current, opened.window.view)
    QTest.keyClick(opened.window, key)
    assert not opened.window.overlay.isVisible()
    assert (workspace.queue.current, opened.window.view) == before
    assert workspace.board.answers == {}
    assert not workspace.board.skipped.any()


def test_that_keys_scroll_the_list_to_its_end_and_back_and_move_nothing_else(opened):
    workspace, bar = opened.workspace, opened.window.overlay._panel.verticalScrollBar()
    current, proposal = workspace.queue.current, workspace.proposal
    assert bar.maximum() > 0
    seen = []
    for key in (Key.Key_Down, Key.Key_PageDown, Key.Key_End, Key.Key_Up, Key.Key_PageUp, Key.Key_Home):
        QTest.keyClick(opened.window, key)
        seen.append(bar.value())
    assert 0 < seen[0] < seen[1] <= seen[2] == bar.maximum() > seen[3] > seen[4] >= seen[5] == 0
    assert opened.window.overlay.isVisible()
    assert (workspace.queue.current, workspace.proposal) == (current, proposal)


def test_that_a_modifier_alone_leaves_the_list_open(opened):
    QTest.keyPress(opened.window, Key.Key_Shift)
    assert opened.window.overlay.isVisible()


def test_that_no_key_goes_to_a_field_below_the_list(opened):
    opened.window.overlay.hide()
    QTest.keyClick(opened.window, Key.Key_Slash)
    field = opened.window.focusWidget()
    opened.window.overlay.open()
    QTest.keyClick(field, Key.Key_X)
    assert (opened.window.overlay.isVisible(), field.text()) == (False, "")


@pytest.mark.parametrize("count", [3, 4])
def test_that_every_line_stands_in_one_of_columns_about_as_high_as_each_other(count):
    lines = Bindings().lines()
    columns = balanced(lines, count)
    assert sorted(line.text for parts in columns for part in parts for line in part.lines) == sorted(
        line.text for line in lines
    )
    heights = [sum(2 + len(part.lines) for part in parts) for parts in columns]
    assert max(heights) - min(heights) <= 4


def test_that_no_line_of_the_list_runs_out_of_the_window_to_the_side(opened):
    overlay = opened.window.overlay
    assert overlay._panel.horizontalScrollBar().maximum() == 0
    labels = overlay._panel.widget().findChildren(QLabel)
    assert max(label.mapTo(overlay, label.rect().topRight()).x() for label in labels) < overlay.width()
