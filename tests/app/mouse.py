"""What a person does with the mouse that no test library does for one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

NOTCH = 120


def drop(widget: QWidget, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    widget.dropEvent(QDropEvent(QPointF(widget.rect().center()), copy, data, left, none))


def turn_wheel(widget: QWidget, turned: int) -> None:
    """Over its middle; a notch away from the person is positive."""
    middle, none = QPointF(widget.rect().center()), Qt.MouseButton.NoButton
    plain, whole = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    turn = QWheelEvent(middle, widget.mapToGlobal(middle), QPoint(), QPoint(0, turned), none, plain, whole, False)
    QApplication.sendEvent(widget, turn)
