"""Bars and cells of a chart, painted in one go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from app.models.insight import Mark


class Boxes(pyqtgraph.GraphicsObject):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self._boxes: list[tuple[QRectF, QColor]] = []
        self._gap = QPen()

    def set_boxes(self, marks: Sequence[Mark], fills: Sequence[QColor], ground: QColor) -> None:
        """`ground` shows between cells that touch."""
        self.prepareGeometryChange()
        self._boxes = [
            (QRectF(mark.x - mark.width / 2, mark.y - mark.height / 2, mark.width, mark.height), fill)
            for mark, fill in zip(marks, fills, strict=True)
        ]
        self._gap = pyqtgraph.mkPen(ground, width=2)
        self.update()

    def boundingRect(self) -> QRectF:
        found = QRectF()
        for rect, _ in self._boxes:
            found |= rect
        return found

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        painter.setPen(self._gap)
        for rect, fill in self._boxes:
            if rect.height():
                painter.setBrush(fill)
                painter.drawRect(rect)
