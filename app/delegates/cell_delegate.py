"""Paints one cell of the grid: picture, answer, marks, caption, selection."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.delegates.cell_painter import LEAST_SHARE, CellPainter
from app.loading.thumbnails import SHOWN_SIDE, ThumbnailLoader
from app.models.cards import Cell
from app.models.grid_model import GridModel
from app.models.selection import Selection
from app.theme import Theme
from core.values import ImageId
from core.wording import probability_percent

_CAPTION_HEIGHT = 20
_FIGURE_WIDTH = 40
_UNKNOWN = Cell()


def cell_height(theme: Theme) -> int:
    """Picture and caption."""
    return theme.cell + theme.px(_CAPTION_HEIGHT)


class CellDelegate(QStyledItemDelegate):
    def __init__(
        self,
        theme: Theme,
        model: GridModel,
        thumbnails: ThumbnailLoader,
        selection: Selection,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        """Asked directly: through an index every answer is wrapped and unwrapped, a third of the paint of a cell."""
        self._thumbnails = thumbnails
        self._selection = selection
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._painter = CellPainter(theme)
        self._font = theme.font(theme.small)
        self._metrics = QFontMetricsF(self._font)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._theme.cell, cell_height(self._theme))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        position = self._model.position_of(index)
        if position < 0:
            return
        image_id, cell = self._model.at(position)
        cell = cell or _UNKNOWN
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, rect, position)
        self._paint_picture(painter, self._picture_area(rect), image_id, cell)
        self._paint_caption(painter, rect, cell)
        painter.restore()

    def _picture_area(self, rect: QRectF) -> QRectF:
        side = self._theme.px(SHOWN_SIDE)
        return QRectF(rect.center().x() - side / 2, rect.top() + self._theme.grid, side, side)

    def _paint_ground(self, painter: QPainter, rect: QRectF, position: int) -> None:
        theme, selected = self._theme, position in self._selection
        is_current = position == self._selection.current
        if not selected and not is_current:
            return
        painter.setPen(QPen(theme.accent, 2 if is_current else 1))
        painter.setBrush(theme.accent_wash if selected else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), theme.radius, theme.radius)

    def _paint_picture(self, painter: QPainter, area: QRectF, image_id: ImageId, cell: Cell) -> None:
        pixmap, density = self._thumbnails.pixmap(image_id), painter.device().devicePixelRatioF()
        if pixmap is None:
            unreadable = self._thumbnails.unreadable(image_id)
            self._painter.paint_missing(painter, area, density, unreadable=unreadable)
        else:
            picture = self._painter.paint_picture(painter, area, pixmap, density, faded=cell.excluded)
            least = LEAST_SHARE * area.width()
            area = picture if picture.width() >= least and picture.height() >= least else area
        self._painter.paint_badge(painter, area, cell.answer_text)
        self._painter.paint_marks(painter, area, cell, density)

    def _paint_caption(self, painter: QPainter, rect: QRectF, cell: Cell) -> None:
        height = self._theme.px(_CAPTION_HEIGHT)
        line = QRectF(rect.left(), rect.bottom() - height - 2, rect.width(), height)
        line.adjust(2 * self._theme.grid, 0, -2 * self._theme.grid, 0)
        painter.setFont(self._font)
        middle = Qt.AlignmentFlag.AlignVCenter
        if cell.probability is not None:
            painter.setPen(self._theme.text)
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, probability_percent(cell.probability))
            line.adjust(0, 0, -self._theme.px(_FIGURE_WIDTH), 0)
        painter.setPen(self._theme.dim)
        told = " · ".join(part for part in (cell.remark, cell.caption) if part)
        text = self._metrics.elidedText(told, Qt.TextElideMode.ElideMiddle, line.width())
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, text)
