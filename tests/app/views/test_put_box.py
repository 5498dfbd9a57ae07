"""What is done with the files: a button pressed by a key leaves nothing else for the next key to press."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.theme import Theme
from app.views.put_box import PutBox


@pytest.fixture
def box(theme: Theme, qtbot) -> PutBox:
    made = PutBox(theme, "keep")
    qtbot.addWidget(made)
    made.show_told("5 copied", can_put_back=True, running=False)
    made.show()
    made.put_back.setFocus()
    return made


def test_that_the_key_that_put_files_back_presses_nothing_once_its_button_is_gone(box, qtbot):
    with qtbot.waitSignal(box.act_requested):
        QTest.keyClick(box.put_back, Qt.Key.Key_Space)
    box.show_told("putting back", can_put_back=True, running=True)
    box.show_told("5 put back", can_put_back=False, running=False)
    assert box.put_back.isHidden() and box.focusWidget() is None


def test_that_a_button_that_goes_while_it_has_the_focus_gives_it_to_no_other(box):
    box.show_told("putting back", can_put_back=False, running=True)
    assert box.focusWidget() is None
    box.show_told("5 copied", can_put_back=True, running=False)
    assert box.focusWidget() is None, "it comes back for other files"


def test_that_what_cannot_be_put_back_yet_keeps_the_focus_for_its_button(box):
    box.show_told("putting back", can_put_back=True, running=True)
    assert box.focusWidget() is None
    box.show_told("2 are left", can_put_back=True, running=False)
    assert box.focusWidget() is box.put_back
