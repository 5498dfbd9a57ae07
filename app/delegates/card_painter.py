"""Paints a card of a page: its picture, how many stand behind it, its answer, and whether it is marked as wrong."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.delegates.cell_painter import LEAST_SHARE, CellPainter
from app.loading.thumbnails import ThumbnailLoader
from app.models.cards import Cell
from app.models.pages import PageCard
from app.theme import Theme

_WASHED = 0.6
_CROSS = 9
"""Half the edge of the mark's plate."""


class CardPainter:
    def __init__(self, theme: Theme, thumbnails: ThumbnailLoader) -> None:
        self._theme = theme
        self._thumbnails = thumbnails
        self._cells = CellPainter(theme)
        self._font = theme.font(theme.small, bold=True)
        self._metrics = QFontMetricsF(self._font)
        self._wash = QColor(theme.window)
        self._wash.setAlphaF(_WASHED)

    def paint(self, painter: QPainter, area: QRectF, card: PageCard, cell: Cell, *, current: bool) -> None:
        theme, density = self._theme, painter.device().devicePixelRatioF()
        room = area.adjusted(theme.grid, theme.grid, -theme.grid, -theme.grid)
        pixmap = self._thumbnails.pixmap(card.image_id)
        if pixmap is None:
            unreadable = self._thumbnails.unreadable(card.image_id)
            self._cells.paint_missing(painter, room, density, unreadable=unreadable)
        else:
            picture = self._cells.paint_picture(painter, room, pixmap, density, faded=False)
            if card.marked or cell.excluded:
                painter.fillRect(picture, self._wash)
            slim = min(picture.width(), picture.height()) < LEAST_SHARE * room.width()
            room = room if slim else picture
        self._cells.paint_badge(painter, room, cell.answer_text)
        self._cells.paint_marks(painter, room, cell, density)
        if card.count > 1:
            self._paint_count(painter, room, card.count)
        self._paint_frame(painter, area, card, current=current)
        if card.marked:
            self._paint_cross(painter, area.topLeft() + QPointF(theme.grid, theme.grid))

    def _paint_frame(self, painter: QPainter, area: QRectF, card: PageCard, *, current: bool) -> None:
        theme = self._theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if card.marked:
            painter.setPen(QPen(theme.danger, 2))
            painter.drawRoundedRect(area.adjusted(3, 3, -3, -3), theme.radius, theme.radius)
        if current:
            painter.setPen(QPen(theme.accent, 2))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), theme.radius, theme.radius)

    def _paint_count(self, painter: QPainter, room: QRectF, count: int) -> None:
        theme, text = self._theme, f"×{count}"
        width, height = self._metrics.horizontalAdvance(text) + 2 * theme.grid, self._metrics.height()
        plate = QRectF(room.right() - width, room.bottom() - height, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.scrim)
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(theme.scrim_text)
        painter.setFont(self._font)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_cross(self, painter: QPainter, corner: QPointF) -> None:
        theme = self._theme
        half = theme.px(_CROSS)
        middle, arm = corner + QPointF(half, half), half * 0.45
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.danger)
        painter.drawEllipse(middle, half, half)
        painter.setPen(QPen(theme.canvas, max(2.0, half / 5)))
        for side in (-1, 1):
            painter.drawLine(middle - QPointF(arm, side * arm), middle + QPointF(arm, side * arm))
