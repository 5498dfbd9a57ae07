"""Whoever walks with Tab sees where the keys go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QDialog, QWidget

from app.acts import View
from app.bootstrap import Shell
from tests.app.keeping.conftest import limited, pool
from tests.app.two_versions import trained

__all__ = ["limited", "pool", "trained"]


def stops(root: QWidget) -> Iterator[QWidget]:
    """Where Tab stops."""
    widget = root.nextInFocusChain()
    while widget is not None and widget is not root:
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if takes and root.isAncestorOf(widget) and widget.isVisible() and widget.isEnabled():
            yield widget
        widget = widget.nextInFocusChain()


def unseen(root: QWidget) -> list[QWidget]:
    """Stops at which the window looks as it does without any focus."""
    found = []
    for stop in list(stops(root)):
        if (focused := QApplication.focusWidget()) is not None:
            focused.clearFocus()
        before = root.grab().toImage()
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        if stop.hasFocus() and root.grab().toImage() == before:
            found.append(stop)
    return found


DIALOGS = (
    "new_head",
    "edit_head",
    "unify_heads",
    "retrain_with",
    "show_training",
    "make_defects",
    "import_head",
    "import_folders",
    "import_vectors",
    "import_table",
    "export_answers",
    "show_failed",
)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_that_every_stop_of_tab_in_the_dialogs_is_seen(trained: Shell, qtbot, theme):
    trained.presenter.use_theme(theme)
    for act in DIALOGS:
        trained.commands.perform(act)
        dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible())
        qtbot.waitUntil(dialog.isActiveWindow)
        assert list(stops(dialog)), act
        assert unseen(dialog) == [], act
        dialog.reject()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_that_every_stop_of_tab_in_the_views_is_seen(trained: Shell, qtbot, theme):
    trained.presenter.use_theme(theme)
    qtbot.waitUntil(trained.window.isActiveWindow)
    for view in (View.FOLDERS, View.VERSIONS):
        trained.presenter.choose(view)
        assert list(stops(trained.window)), view
        assert unseen(trained.window) == [], view


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_that_every_stop_of_tab_among_the_limits_is_seen(limited: Shell, qtbot, theme):
    limited.presenter.use_theme(theme)
    qtbot.waitUntil(limited.window.isActiveWindow)
    assert len(list(stops(limited.window))) > 5
    assert unseen(limited.window) == []


def test_that_keys_are_not_typed_into_a_field_before_tab_leads_there(limited: Shell, qtbot):
    panel = limited.window.keep_view.panel
    qtbot.waitUntil(limited.window.isActiveWindow)
    assert not isinstance(QApplication.focusWidget(), QAbstractSpinBox)
    QTest.keyClick(QApplication.focusWidget() or limited.window, Qt.Key.Key_Tab)
    assert panel.low.hasFocus()
    QTest.keyClick(panel.low, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() not in (panel, panel.low)
