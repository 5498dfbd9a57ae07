"""A button that says what is chosen, with a menu of what else there is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.icons import icon
from app.theme import Theme

_WIDEST = 220
"""Longer texts are shortened; the menu has them whole."""


class Chooser(QToolButton):
    chosen = Signal(object)
    """The value of a choice"""

    def __init__(self, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = _WIDEST
        self._choices: tuple[tuple[object, str], ...] = ()
        self._tip = tip
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow after the name
        self.setMenu(QMenu(self))

    def set_theme(self, theme: Theme) -> None:
        self._room = theme.px(_WIDEST)
        self.setIcon(icon("chevron-down", theme.dim))
        self.setIconSize(QSize(theme.large, theme.large))

    def show_choices(self, word: str, choices: Sequence[tuple[object, str]], value: object) -> None:
        """`word` stands before the text of the choice that has this `value`."""
        if tuple(choices) != self._choices:
            self._choices = tuple(choices)
            self._fill()
        for action in self.menu().actions():
            action.setChecked(action.data() == value)
        text = next((text for one, text in choices if one == value), "")
        room = self._room - self.fontMetrics().horizontalAdvance(f"{word} ")
        short = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room)
        self.setText(f"{word} {short}".replace("&", "&&"))
        self.setToolTip(self._tip if short == text else f"{text}\n\n{self._tip}")

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for before in menu.findChildren(QActionGroup):
            before.deleteLater()
        group = QActionGroup(menu)
        for value, text in self._choices:
            action = menu.addAction(text.replace("&", "&&"))
            action.setData(value)
            action.setCheckable(True)
            action.triggered.connect(partial(self._choose, value))
            group.addAction(action)

    def _choose(self, value: object, _checked: bool = False) -> None:  # noqa: FBT001 - the signal's argument
        self.chosen.emit(value)
