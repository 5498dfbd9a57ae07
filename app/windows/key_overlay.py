"""The list of keys, laid over the window; any key or click closes it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.actions import Group, KeyLine
from app.theme import Theme
from app.views.key_cap import KeyCap

_COLUMNS = ((Group.ANSWER, Group.MOVE), (Group.MARK, Group.WORK, Group.PROJECT), (Group.LOOK,))

_CAPS = 3
"""A fourth key for the same act is for those who know it already."""
_DRAWN = {"Shift+": "⇧", "Backspace": "⌫", "Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


class KeyOverlay(QWidget):
    """Built when it is first shown, anew after a change of theme."""

    def __init__(self, theme: Theme, lines: Sequence[KeyLine], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines = tuple(lines)
        self._host = parent
        self._panel: QWidget | None = None
        self.setObjectName("keyOverlay")
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        shown = self.isVisible()
        self._drop_panel()
        if shown:
            self.open()

    def open(self) -> None:
        if self._panel is None:
            self._panel = self._build()
        self.setGeometry(self._host.rect())
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
        layout = self.layout()
        if layout is not None:
            QWidget().setLayout(layout)
        if self._panel is not None:
            self._panel.deleteLater()
        self._panel = None

    def _build(self) -> QWidget:
        panel = QWidget(self)
        columns = QHBoxLayout(panel)
        columns.setSpacing(self._theme.px(48))
        columns.addStretch(1)
        for groups in _COLUMNS:
            columns.addLayout(self._column(groups, panel))
        columns.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        panel.setAutoFillBackground(False)
        scroll.setWidget(panel)
        # Clicks on the list close it too.
        scroll.viewport().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(4 * (6 * self._theme.grid,)))
        layout.addWidget(scroll)
        return scroll

    def _column(self, groups: Sequence[Group], panel: QWidget) -> QGridLayout:
        column = QGridLayout()
        column.setHorizontalSpacing(3 * self._theme.grid)
        column.setVerticalSpacing(self._theme.grid)
        for group in groups:
            self._add_group(column, group, panel)
        column.setColumnStretch(1, 1)
        column.setRowStretch(column.rowCount(), 1)
        return column

    def _add_group(self, column: QGridLayout, group: Group, panel: QWidget) -> None:
        row = column.rowCount()
        heading = QLabel(group.value, panel)
        heading.setFont(self._theme.font(self._theme.large, bold=True))
        column.setRowMinimumHeight(row, 3 * self._theme.grid)
        column.addWidget(heading, row + 1, 0, 1, 2)
        lines = [line for line in self._lines if line.group is group]
        for place, line in enumerate(lines, start=row + 2):
            column.addLayout(self._caps(line.keys, panel), place, 0)
            text = QLabel(line.text, panel)
            text.setToolTip(line.tip)
            column.addWidget(text, place, 1)

    def _caps(self, keys: str, panel: QWidget) -> QHBoxLayout:
        caps = QHBoxLayout()
        caps.setSpacing(self._theme.grid)
        caps.addStretch(1)
        for key in keys.split(" · ")[:_CAPS]:
            caps.addWidget(KeyCap(self._theme, _drawn(key), panel))
        return caps


def _drawn(key: str) -> str:
    for name, sign in _DRAWN.items():
        key = key.replace(name, sign)
    return key
