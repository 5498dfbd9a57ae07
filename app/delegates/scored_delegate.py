"""Paints a file in a table: its thumbnail, its name, what is said of it; what does not pass is dimmed."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.loading.thumbnails import ThumbnailLoader
from app.models.scored_model import NAME, PASSES
from app.theme import Theme
from core.values import ImageId

ROW = 52


class Placed(Protocol):
    """A table of files whose thumbnails are known by their place."""

    def place_of(self, row: int, /) -> int: ...


class ScoredDelegate(QStyledItemDelegate):
    def __init__(
        self,
        theme: Theme,
        model: Placed,
        thumbnails: ThumbnailLoader,
        parent: QWidget,
        *,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        """`elide`: where texts beside the name are cut; names keep their beginning and their end."""
        super().__init__(parent)
        self._elide = elide
        self._theme = theme
        self._model = model
        self._thumbnails = thumbnails

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, cell = self._theme, option.rect
        painter.save()
        painter.setClipRect(cell)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(cell, theme.accent_wash)
        left = cell.left() + 2 * theme.grid
        if index.column() == NAME:
            side = cell.height() - 2 * theme.grid
            self._paint_picture(painter, QRect(left, cell.top() + theme.grid, side, side), index.row())
            left += side + 2 * theme.grid
        painter.setFont(theme.font())
        painter.setPen(theme.text if index.data(PASSES) else theme.dim)
        room = QRect(left, cell.top(), cell.right() - left - theme.grid, cell.height())
        elide = Qt.TextElideMode.ElideMiddle if index.column() == NAME else self._elide
        text = painter.fontMetrics().elidedText(index.data(), elide, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._theme.px(120), self._theme.px(ROW))

    def _paint_picture(self, painter: QPainter, place: QRect, row: int) -> None:
        pixmap = self._thumbnails.pixmap(ImageId(self._model.place_of(row)))
        if pixmap is None:
            painter.fillRect(place, self._theme.track)
            return
        size = pixmap.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        target = QRect(place.topLeft(), size)
        target.moveCenter(place.center())
        painter.drawPixmap(target, pixmap)
