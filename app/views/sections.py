"""A side panel of titled sections, and the small parts they are made of."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.theme import Theme

Layout = TypeVar("Layout", bound=QBoxLayout)


class Sections(QScrollArea):
    """Scrolls where the window is low; its width is set by who shows it.

    It takes the focus that Qt gives to the first part of a window that becomes active: in a field keys would be typed.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = QWidget(self)
        self._page.setObjectName("panel")
        self._page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._titles: list[QLabel] = []
        self._sections: list[QVBoxLayout] = []
        self._column = QVBoxLayout(self._page)
        self._column.addStretch(1)
        self.setWidget(self._page)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        side = 3 * theme.grid
        self._column.setContentsMargins(side, side, side, side)
        self._column.setSpacing(4 * theme.grid)
        for title in self._titles:
            title.setFont(theme.font(bold=True))
        for section in self._sections:
            section.setSpacing(2 * theme.grid)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.focusNextPrevChild(event.reason() is Qt.FocusReason.TabFocusReason)  # nothing would show it here

    def add(self, title: str) -> tuple[QWidget, QVBoxLayout]:
        """A new section below the others: its widget, which can be hidden, and where its parts go."""
        section = QWidget(self._page)
        column = QVBoxLayout(section)
        column.setContentsMargins(0, 0, 0, 0)
        heading = QLabel(title, section)
        column.addWidget(heading)
        self._titles.append(heading)
        self._sections.append(column)
        self._column.insertWidget(self._column.count() - 1, section)
        self.set_theme(self._theme)
        return section, column


def button(text: str, tip: str, act: Callable[[], object], parent: QWidget) -> QPushButton:
    """Enter never presses it, and after a click the keys go where they went."""
    made = QPushButton(text, parent)
    made.setToolTip(tip)
    made.setAutoDefault(False)

    def press() -> None:
        if made.underMouse():  # it took the focus, so that what was typed is entered; disabled, it would hand it on
            made.clearFocus()
        act()

    made.clicked.connect(press)
    return made


def rule(parent: QWidget, *, upright: bool) -> QFrame:
    """A thin line between two parts."""
    line = QFrame(parent)
    line.setObjectName("line")
    if upright:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line


def bare(layout: Layout) -> Layout:
    """Without room around its parts or between them."""
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return layout


def side_by_side(*parts: QWidget, stretch: Collection[int] = ()) -> QHBoxLayout:
    """`stretch`: the parts that share what is left; where there are none, nothing takes it."""
    row = QHBoxLayout()
    for place, part in enumerate(parts):
        row.addWidget(part, 1 if place in stretch else 0)
    if not stretch:
        row.addStretch(1)
    return row
