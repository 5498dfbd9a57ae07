"""Pages of what a head is sure of, and the keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from app.bootstrap import Shell
from tests.app.pages.cards import open_pages, say
from tests.app.reviews import CAT, DOG, likely


@pytest.fixture
def press(qtbot, class_shell):
    def act(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        qtbot.keyClick(class_shell.window, key, modifier)

    return act


@pytest.fixture
def paged(qtbot, class_shell) -> Shell:
    """Eight images are said to be cats, four to be dogs."""
    say(class_shell, likely(*[CAT] * 8, *[DOG] * 4))
    class_shell.window.resize(720, 480)
    open_pages(qtbot, class_shell)
    return class_shell
