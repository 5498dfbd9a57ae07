"""How many images go to each label or bracket, before and after: two thin bars a row, and the change."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.models.versions import ShareRow
from app.theme import Theme
from app.views.figures import count
from app.views.painted_rows import PaintedRows

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CHANGE = 64
_NUMBER = 64
_NAME = 32
"""Of a bracket, where its drift stands behind it."""
_BAR = 3


class ShareBars(PaintedRows):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._rows: tuple[ShareRow, ...] = ()

    def show_rows(self, rows: tuple[ShareRow, ...]) -> None:
        self._rows = rows
        self.setAccessibleDescription("; ".join(_spoken(row) for row in rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.panel_width, len(self._rows) * self._theme.row)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        most = max((max(row.before, row.after) for row in self._rows), default=0) or 1
        for place, row in enumerate(self._rows):
            area = QRectF(0, place * self._theme.row, self.width(), self._theme.row)
            if area.intersects(QRectF(event.rect())):
                self._paint_row(painter, area, row, most)
        painter.end()

    def _paint_row(self, painter: QPainter, area: QRectF, row: ShareRow, most: int) -> None:
        theme, bar = self._theme, self._theme.px(_BAR)
        texts = QRectF(area.left(), area.top(), area.width(), area.height() - 2 * bar - theme.grid)
        change = row.after - row.before
        painter.setFont(theme.font())
        painter.setPen(theme.text if change else theme.dim)
        painter.drawText(texts, _RIGHT, f"{'+' if change > 0 else '−'}{count(abs(change))}" if change else "±0")
        texts.adjust(0, 0, -theme.px(_CHANGE), 0)
        painter.setPen(theme.dim)
        painter.drawText(texts, _RIGHT, count(row.after))
        texts.adjust(0, 0, -theme.px(_NUMBER), 0)
        painter.setPen(theme.text)
        name = QFontMetricsF(painter.font()).elidedText(row.name, Qt.TextElideMode.ElideMiddle, texts.width())
        painter.drawText(texts, _LEFT, name)
        if row.drift:
            painter.setPen(theme.dim)
            painter.drawText(texts.adjusted(theme.px(_NAME), 0, 0, 0), _LEFT, row.drift)
        top = area.bottom() - 2 * bar - theme.px(2)
        for value, colour in ((row.before, theme.bar), (row.after, theme.accent)):
            painter.fillRect(QRectF(area.left(), top, area.width(), bar), theme.track)
            painter.fillRect(QRectF(area.left(), top, area.width() * value / most, bar), colour)
            top += bar


def _spoken(row: ShareRow) -> str:
    drift = f", images given it {row.drift}" if row.drift else ""
    return f"{row.name} {row.before} then {row.after}{drift}"
