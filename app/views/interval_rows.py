"""Figures with their intervals: a name, a track from 0 to 100 % with the interval and the figure on it, and words."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from app.models.keeping import FigureRow
from app.theme import Theme
from app.views.painted_rows import PaintedRows

_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
_BAND = 8
_POINT = 4
_LEAST_TRACK = 60


class IntervalRows(PaintedRows):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._rows: tuple[FigureRow, ...] = ()

    def show_rows(self, rows: tuple[FigureRow, ...]) -> None:
        if len(rows) != len(self._rows):
            self.updateGeometry()
        self._rows = rows
        self.setAccessibleDescription("; ".join(f"{row.name} {row.text}, {row.interval}, {row.of}" for row in rows))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, len(self._rows) * self._theme.row_dense)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = event.pos().y() // self._theme.row_dense
            QToolTip.showText(event.globalPos(), self._rows[place].tip if place < len(self._rows) else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, gap = self._theme, 3 * self._theme.grid
        metrics = QFontMetricsF(theme.font())
        names, texts, intervals, ofs = (
            max((metrics.horizontalAdvance(text) for text in column), default=0.0) + gap
            for column in (
                [row.name for row in self._rows],
                [row.text for row in self._rows],
                [row.interval for row in self._rows],
                [row.of for row in self._rows],
            )
        )
        track = self.width() - names - texts - intervals - ofs
        painter.setFont(theme.font())
        for place, row in enumerate(self._rows):
            line = QRectF(0, place * theme.row_dense, self.width(), theme.row_dense)
            painter.setPen(theme.text)
            painter.drawText(line, _LEFT, row.name)
            if track >= theme.px(_LEAST_TRACK):
                self._paint_track(painter, QRectF(names, line.top(), track, line.height()), row)
            painter.setPen(theme.text)
            painter.drawText(line.adjusted(0, 0, -intervals - ofs, 0), _RIGHT, row.text)
            painter.drawText(line.adjusted(0, 0, -ofs, 0), _RIGHT, row.interval)
            painter.setPen(theme.dim)
            painter.drawText(line, _RIGHT, row.of)
        painter.end()

    def _paint_track(self, painter: QPainter, room: QRectF, row: FigureRow) -> None:
        theme, band = self._theme, self._theme.px(_BAND)
        middle = room.center().y()
        painter.fillRect(QRectF(room.left(), middle - 1, room.width(), 2), theme.track)
        if row.value is None:
            return  # nothing is known: an interval over the whole track would read as 100 %
        left, right = (room.left() + share * room.width() for share in (row.low, row.high))
        painter.fillRect(QRectF(left, middle - band / 2, max(2.0, right - left), band), theme.bar)
        x = room.left() + row.value * room.width()
        painter.fillRect(QRectF(x - theme.px(_POINT) / 2, middle - band, theme.px(_POINT), 2 * band), theme.accent)
