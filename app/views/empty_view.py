"""What fills the middle when there is nothing to show: what is so, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSpacerItem, QVBoxLayout, QWidget

from app.icons import icon_pixmap
from app.models.bars import EmptyAction
from app.theme import Theme

_WIDTH = 600
_ICON = 56
_AWAITED = "search"
SLOW_MS = 400
"""What takes longer is told of."""
_ABOVE = (4, 2, 6)
"""Room above the title, the text and the buttons, in steps of the theme's grid."""


class EmptyView(QWidget):
    act_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = "picture"
        self._actions: tuple[EmptyAction, ...] = ()
        self._awaited = ""
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(self._tell_awaited)
        self._mark = QLabel(self)
        self._title = QLabel(self)
        self._text = QLabel(self)
        self._buttons = QHBoxLayout()
        self._spacers = tuple(QSpacerItem(0, 0) for _ in _ABOVE)
        self._lay_out()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._mark.setPixmap(icon_pixmap(self._icon, theme.dim, theme.px(_ICON), self.devicePixelRatioF()))
        self._title.setStyleSheet(f"font-size: {theme.title}px; font-weight: 600; color: {theme.text.name()}")
        self._text.setStyleSheet(f"font-size: {theme.base}px; color: {theme.dim.name()}")
        self._text.setFixedWidth(theme.px(_WIDTH))
        self._buttons.setSpacing(2 * theme.grid)
        for spacer, above in zip(self._spacers, _ABOVE, strict=True):
            spacer.changeSize(0, above * theme.grid)
        for button in self.findChildren(QPushButton):
            button.setMinimumSize(_button_size(theme))

    def set_content(self, title: str, text: str, actions: Sequence[EmptyAction], *, mark: str = "picture") -> None:
        """`mark` names an icon of resources/icons."""
        self._slow.stop()
        self._awaited = ""
        self._fill(title, text, actions, mark)

    def wait(self, title: str) -> None:
        """For what comes in a moment: at first nothing is there, then `title` says what takes its time."""
        if title != self._awaited or not self.isVisible():
            self._awaited = title
            self._fill("", "", (), _AWAITED)
            self._slow.start()

    @Slot()
    def _tell_awaited(self) -> None:
        self._fill(self._awaited, "", (), _AWAITED)

    def _fill(self, title: str, text: str, actions: Sequence[EmptyAction], mark: str) -> None:
        self._icon = mark
        self._mark.setVisible(bool(title))
        self._title.setText(title)
        self._text.setText(text)
        if tuple(actions) != self._actions:  # else the one that is being pressed would go
            self._replace_buttons(actions)
        self.set_theme(self._theme)

    def _replace_buttons(self, actions: Sequence[EmptyAction]) -> None:
        self._actions = tuple(actions)
        while (item := self._buttons.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._buttons.addStretch(1)
        for action in actions:
            button = QPushButton(action.text, self)
            button.setProperty("primary", action.primary)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setMinimumSize(_button_size(self._theme))
            button.clicked.connect(partial(self._request, action.act))
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)

    def _request(self, act: str, _checked: bool = False) -> None:  # noqa: FBT001 - the signal's argument
        self.act_requested.emit(act)

    def _lay_out(self) -> None:
        for label in (self._mark, self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        for label in (self._title, self._text):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch(2)
        column.addWidget(self._mark)
        for spacer, label in zip(self._spacers, (self._title, self._text), strict=False):
            column.addSpacerItem(spacer)
            column.addWidget(label)
        column.addSpacerItem(self._spacers[-1])
        column.addLayout(self._buttons)
        column.addStretch(3)
        # A wrapped label is given the height of its lines only where the layout, not an alignment, sets its width.
        side = QHBoxLayout(self)
        side.addStretch(1)
        side.addLayout(column)
        side.addStretch(1)


def _button_size(theme: Theme) -> QSize:
    return QSize(theme.px(120), theme.px(32))
