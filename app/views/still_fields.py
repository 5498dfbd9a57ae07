"""Fields of a panel that scrolls: the wheel passes over them, and Escape leads out of them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QWidget


def keep_still(*fields: QAbstractSpinBox | QComboBox) -> None:
    """Only a field that was clicked or tabbed into is changed by the wheel. Numbers stand on the right."""
    for field in fields:
        if isinstance(field, QAbstractSpinBox):
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field.installEventFilter(_Still(field))


def pass_wheel(parent: QWidget) -> None:
    """The same of every field of a dialog, in which Escape stays the dialog's own."""
    for field in (*parent.findChildren(QAbstractSpinBox), *parent.findChildren(QComboBox)):
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field.installEventFilter(_Passing(field))


class _Passing(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()  # and so it goes to what scrolls
            return True
        return False


class _Still(_Passing):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, QWidget):
            return False
        if super().eventFilter(watched, event):
            return True
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QAbstractSpinBox):
            return False
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            watched.clearFocus()
            return True
        return False
