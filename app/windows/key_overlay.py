"""The list of keys, laid over the window; keys that scroll scroll it, any other one or a click closes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.actions import KeyLine
from app.acts import Group
from app.theme import SCALES, Theme
from app.views.key_cap import KeyCap
from app.views.sections import bare

_GROUPS = (
    Group.ANSWER,
    Group.MOVE,
    Group.MARK,
    Group.LOOK,
    Group.PAGES,
    Group.PAIRS,
    Group.FIND,
    Group.WORK,
    Group.PROJECT,
)
_MOST, _USUAL = 4, 3
"""Columns; the larger number where it fits at the size that the interface has."""
_HEADING = 2
"""A heading takes the room of so many lines."""
_MODIFIERS = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
    }
)
_Slider = QAbstractSlider.SliderAction
_SCROLLS = {
    Qt.Key.Key_Up: _Slider.SliderSingleStepSub,
    Qt.Key.Key_Down: _Slider.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: _Slider.SliderPageStepSub,
    Qt.Key.Key_PageDown: _Slider.SliderPageStepAdd,
    Qt.Key.Key_Home: _Slider.SliderToMinimum,
    Qt.Key.Key_End: _Slider.SliderToMaximum,
}
_EDGE = 24
_TITLE = 20
_CAPS = 3
"""A fourth key for the same act is for those who know it already."""
_DRAWN = {"Shift+": "⇧", "Backspace": "⌫", "Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of one group that stand below each other."""

    heading: str
    lines: tuple[KeyLine, ...]


def balanced(lines: Sequence[KeyLine], count: int) -> list[list[Part]]:
    """The groups in so many columns about as high as each other; one that is cut goes on under its name."""
    groups = [Part(group.value, tuple(line for line in lines if line.group is group)) for group in _GROUPS]
    groups = [part for part in groups if part.lines]
    height = -(-(len(lines) + _HEADING * (len(groups) + count - 1)) // count)
    columns: list[list[Part]] = [[]]
    left = height
    for part in groups:
        rest, heading = part.lines, part.heading
        while rest:
            fits = left - _HEADING
            if len(columns) == count:
                fits = len(rest)
            elif fits < min(len(rest), _HEADING):
                columns.append([])
                left = height
                continue
            columns[-1].append(Part(heading, rest[:fits]))
            left -= _HEADING + len(rest[:fits])
            rest, heading = rest[fits:], f"{part.heading}, continued"
    return columns


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

    def take_key(self, event: QKeyEvent) -> None:
        """A press while the list is open: it acts on nothing but the list."""
        key = Qt.Key(event.key())
        if key in _SCROLLS and self._panel is not None:
            self._panel.verticalScrollBar().triggerAction(_SCROLLS[key])
        elif key not in _MODIFIERS and not event.isAutoRepeat():
            self.hide()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._panel is not None:
            bar = self._panel.verticalScrollBar()
            bar.setValue(bar.value() - event.angleDelta().y())
        event.accept()

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
        smaller = [self._theme.at(scale) for scale in reversed(SCALES) if scale < self._theme.scale]
        ways = [(self._theme, _MOST), (self._theme, _USUAL), *((theme, _USUAL) for theme in smaller)]
        panel = self._list(*ways[0])
        for way in ways[1:]:
            if panel.sizeHint().width() <= self._host.width() - 4 * _EDGE:
                break
            panel.hide()  # it would be painted until it is deleted
            panel.deleteLater()
            panel = self._list(*way)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        panel.setAutoFillBackground(False)
        scroll.setWidget(panel)
        scroll.verticalScrollBar().setSingleStep(3 * self._theme.row_dense)
        # Clicks on the list close it too.
        scroll.viewport().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._frame.addWidget(scroll)
        return scroll

    def _list(self, theme: Theme, count: int) -> QWidget:
        """In so many columns, about as high as each other."""
        panel = QWidget(self)
        column = bare(QVBoxLayout(panel))
        column.setSpacing(2 * theme.grid)
        column.addLayout(self._title(panel, theme))
        columns = QHBoxLayout()
        column.addLayout(columns)
        column.addStretch(1)
        columns.setSpacing(theme.px(48 if count == _USUAL else 32))
        columns.addStretch(1)
        for parts in balanced(self._lines, count):
            columns.addLayout(self._column(parts, panel, theme))
        columns.addStretch(1)
        return panel

    def _title(self, panel: QWidget, theme: Theme) -> QHBoxLayout:
        title, closes = QLabel("Keys", panel), QLabel("Esc closes this list, arrows and Page Down scroll it", panel)
        title.setFont(theme.font(theme.px(_TITLE), bold=True))
        closes.setFont(theme.font())
        row = QHBoxLayout()
        row.setSpacing(3 * theme.grid)
        row.addStretch(1)
        for part in (title, closes):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        return row

    def _column(self, parts: Sequence[Part], panel: QWidget, theme: Theme) -> QGridLayout:
        column = QGridLayout()
        column.setHorizontalSpacing(3 * theme.grid)
        column.setVerticalSpacing(theme.grid)
        for part in parts:
            self._add_part(column, part, panel, theme)
        column.setColumnStretch(1, 1)
        column.setRowStretch(column.rowCount(), 1)
        return column

    def _add_part(self, column: QGridLayout, part: Part, panel: QWidget, theme: Theme) -> None:
        row = column.rowCount()
        heading = QLabel(part.heading, panel)
        heading.setFont(theme.font(theme.large, bold=True))
        column.setRowMinimumHeight(row, 3 * theme.grid)
        column.addWidget(heading, row + 1, 0, 1, 2)
        for place, line in enumerate(part.lines, start=row + 2):
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
