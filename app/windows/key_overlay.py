"""The list of keys, laid over the window; any key or click closes it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.actions import KeyLine
from app.acts import Group
from app.theme import SCALES, Theme
from app.views.key_cap import KeyCap

_COLUMNS = ((Group.ANSWER, Group.MOVE, Group.PAGES), (Group.MARK, Group.WORK, Group.PROJECT), (Group.LOOK,))

_EDGE = 24
_TITLE = 20
_CAPS = 3
"""A fourth key for the same act is for those who know it already."""
_DRAWN = {"Shift+": "⇧", "Backspace": "⌫", "Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


class KeyOverlay(QWidget):
    """Built when it is first shown, anew after a change of theme or of the window's width."""

    def __init__(self, theme: Theme, lines: Sequence[KeyLine], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines = tuple(lines)
        self._host = parent
        self._panel: QScrollArea | None = None
        self.setObjectName("keyOverlay")
        self._frame = QVBoxLayout(self)
        self._frame.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)
        self._built_for = 0
        """The width of the window that the list was fitted to."""
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        shown = self.isVisible()
        self._drop_panel()
        if shown:
            self.open()

    def open(self) -> None:
        self.setGeometry(self._host.rect())
        if self._built_for != self._host.width():
            self._drop_panel()
        if self._panel is None:
            self._panel = self._build()
            self._built_for = self._host.width()
        self.show()
        self.raise_()

    def toggle(self) -> None:
        if self.isVisible():
            self.hide()
        else:
            self.open()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hide()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.window)
        painter.end()

    def _drop_panel(self) -> None:
        if self._panel is not None:
            self._frame.removeWidget(self._panel)
            self._panel.deleteLater()
        self._panel = None

    def _build(self) -> QScrollArea:
        """At the theme's size or the largest at which the list is not wider than the window."""
        panel = self._list(self._theme)
        for scale in (scale for scale in reversed(SCALES) if scale < self._theme.scale):
            if panel.sizeHint().width() <= self._host.width() - 4 * _EDGE:
                break
            panel.hide()  # it would be painted until it is deleted
            panel.deleteLater()
            panel = self._list(self._theme.at(scale))
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        panel.setAutoFillBackground(False)
        scroll.setWidget(panel)
        # Clicks on the list close it too.
        scroll.viewport().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._frame.addWidget(scroll)
        return scroll

    def _list(self, theme: Theme) -> QWidget:
        panel = QWidget(self)
        column = QVBoxLayout(panel)
        column.addLayout(self._title(panel, theme))
        columns = QHBoxLayout()
        column.addLayout(columns)
        column.addStretch(1)
        columns.setSpacing(theme.px(48))
        columns.addStretch(1)
        for groups in _COLUMNS:
            columns.addLayout(self._column(groups, panel, theme))
        columns.addStretch(1)
        return panel

    def _title(self, panel: QWidget, theme: Theme) -> QHBoxLayout:
        title, closes = QLabel("Keys", panel), QLabel("Esc closes this list", panel)
        title.setFont(theme.font(theme.px(_TITLE), bold=True))
        closes.setFont(theme.font())
        row = QHBoxLayout()
        row.setSpacing(3 * theme.grid)
        row.addStretch(1)
        for part in (title, closes):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        return row

    def _column(self, groups: Sequence[Group], panel: QWidget, theme: Theme) -> QGridLayout:
        column = QGridLayout()
        column.setHorizontalSpacing(3 * theme.grid)
        column.setVerticalSpacing(theme.grid)
        for group in groups:
            self._add_group(column, group, panel, theme)
        column.setColumnStretch(1, 1)
        column.setRowStretch(column.rowCount(), 1)
        return column

    def _add_group(self, column: QGridLayout, group: Group, panel: QWidget, theme: Theme) -> None:
        row = column.rowCount()
        heading = QLabel(group.value, panel)
        heading.setFont(theme.font(theme.large, bold=True))
        column.setRowMinimumHeight(row, 3 * theme.grid)
        column.addWidget(heading, row + 1, 0, 1, 2)
        lines = [line for line in self._lines if line.group is group]
        for place, line in enumerate(lines, start=row + 2):
            column.addLayout(self._caps(line.keys, panel, theme), place, 0)
            text = QLabel(line.text, panel)
            text.setFont(theme.font())
            text.setToolTip(line.tip)
            column.addWidget(text, place, 1)

    def _caps(self, keys: str, panel: QWidget, theme: Theme) -> QHBoxLayout:
        caps = QHBoxLayout()
        caps.setSpacing(theme.grid)
        caps.addStretch(1)
        for key in keys.split(" · ")[:_CAPS]:
            caps.addWidget(KeyCap(theme, _drawn(key), panel))
        return caps


def _drawn(key: str) -> str:
    for name, sign in _DRAWN.items():
        key = key.replace(name, sign)
    return key
