"""What stands where there is nothing to show, and its buttons."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app.models.bars import EmptyAction
from app.theme import DARK, LIGHT
from app.views.empty_view import SLOW_MS, EmptyView

MAKE = (EmptyAction("new_head", "Make a head…", primary=True),)


def test_that_a_button_is_pressed_though_the_same_is_said_again_meanwhile(qtbot):
    view = EmptyView(DARK)
    qtbot.addWidget(view)
    view.set_content("No head", "Make one.", MAKE)
    view.show()
    button = view.findChild(QPushButton)
    qtbot.waitUntil(button.isVisible)
    asked: list[str] = []
    view.act_requested.connect(asked.append)
    QTest.mousePress(button, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    view.set_content("No head", "Make one.", MAKE)  # as at each report of work that runs
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert button.isVisible()
    assert asked == ["new_head"]


def test_that_another_text_or_theme_is_shown_all_the_same(qtbot):
    view = EmptyView(DARK)
    qtbot.addWidget(view)
    view.set_content("No head", "Make one.", MAKE)
    view.set_content("No head", "1,204 images found.", MAKE)
    assert view._text.text() == "1,204 images found."
    view.set_theme(LIGHT)
    assert LIGHT.text.name() in view._title.styleSheet()


def test_that_what_takes_longer_is_told_and_nothing_stands_there_before(qtbot):
    view = EmptyView(DARK)
    qtbot.addWidget(view)
    view.show()
    view.wait("Looking…")
    assert (view._title.text(), view._mark.isVisible()) == ("", False)
    qtbot.waitUntil(lambda: view._title.text() == "Looking…" and view._mark.isVisible(), timeout=10_000)
    view.wait("Looking…")  # as at each report of how far it is
    assert view._title.text() == "Looking…"
    view.set_content("Nothing found", "", ())
    qtbot.wait(2 * SLOW_MS)
    assert view._title.text() == "Nothing found"
