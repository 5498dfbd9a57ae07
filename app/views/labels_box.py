"""A box that says which labels are looked at, with a list in which any number of them are ticked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

_OPENS = (Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F4)
_ALL = 0
"""The row that stands for every label."""


class LabelsBox(QComboBox):
    """The list stays open while labels are ticked; Space ticks, Enter and Escape close it."""

    ticked = Signal()

    def __init__(self, every: str, labels: Sequence[str], parent: QWidget | None = None) -> None:
        """`every`: what it says where none is ticked."""
        super().__init__(parent)
        self._items = QStandardItemModel(self)
        for text in (every, *labels):
            item = QStandardItem(text)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            self._items.appendRow(item)
        self.setModel(self._items)
        self.setView(QListView(self))
        self.setItemDelegate(QStyledItemDelegate(self))  # the style's own would draw a menu
        self.view().viewport().installEventFilter(self)
        self.view().installEventFilter(self)
        self.show_wanted(())

    def wanted(self) -> tuple[str, ...]:
        rows = range(_ALL + 1, self._items.rowCount())
        items = [self._items.item(row) for row in rows]
        return tuple(item.text() for item in items if item.checkState() is Qt.CheckState.Checked)

    def show_wanted(self, names: Sequence[str]) -> None:
        for row in range(self._items.rowCount()):
            on = self._items.item(row).text() in names if row != _ALL else not names
            self._items.item(row).setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.update()

    def tick(self, row: int) -> None:
        """A label, or all of them in its first row."""
        name, before = self._items.item(row).text(), self.wanted()
        held = [one for one in before if one != name]
        self.show_wanted(() if row == _ALL else held if name in before else (*held, name))
        self.ticked.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() is QEvent.Type.MouseButtonRelease:
            place = self.view().indexAt(event.position().toPoint())
            self._tick_at(place)
            return place.isValid()
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Space:
                self._tick_at(self.view().currentIndex())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.hidePopup()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """There is no current row to change: keys open the list, or go where they would go without the box."""
        if event.key() in _OPENS:
            self.showPopup()
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self).width()
        text = ", ".join(self.wanted()) or self._items.item(_ALL).text()
        option.currentText = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def _tick_at(self, place: QModelIndex) -> None:
        if place.isValid():
            self.tick(place.row())
