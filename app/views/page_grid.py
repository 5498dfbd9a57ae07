"""A page of cards that fills its area to the edge: no row is cut, and nothing scrolls."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.delegates.card_painter import CardPainter
from app.loading.thumbnails import ThumbnailLoader
from app.models.pages import PageCard
from app.theme import Theme
from app.views.film_strip import Describe
from core.values import ImageId

_SIDES = (64, 80, 100, 128, 168, 232)
"""Least edge of a card."""
_USUAL = 2
_MANY = 180
"""More cards than these are not judged at a glance: in a large window they are larger instead."""
_NOTCH = 120
"""Of a mouse wheel, in Qt's eighths of a degree; touchpads send less at a time."""


class PageGrid(QWidget):
    mark_asked = Signal(int, bool)
    """The card in this place is wrong, or is not."""
    cursor_moved = Signal(int)
    turned = Signal(int)
    """So many pages on; -1 is back."""
    capacity_changed = Signal(int)

    def __init__(
        self, theme: Theme, thumbnails: ThumbnailLoader, describe: Describe, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._thumbnails = thumbnails
        self._describe = describe
        self._painter = CardPainter(theme, thumbnails)
        self._cards: tuple[PageCard, ...] = ()
        self._ahead: tuple[ImageId, ...] = ()
        self._cursor = 0
        self._steps = 0
        """How much larger or smaller the person wants them."""
        self._shape = (1, 1)
        """(columns, rows)"""
        self._dragged: bool | None = None
        """Whether the cards under the pressed button get the mark or lose it."""
        self._wheeled = 0
        self._told = 0
        thumbnails.loaded.connect(self._take_thumbnail)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._painter = CardPainter(theme, self._thumbnails)
        self._fit()

    def show_cards(self, cards: Sequence[PageCard], cursor: int, ahead: Sequence[ImageId]) -> None:
        """`ahead`: images whose thumbnails will be asked for next."""
        self._cards, self._cursor, self._ahead = tuple(cards), cursor, tuple(ahead)
        self._lay_out()
        self._want()
        self.update()

    @property
    def capacity(self) -> int:
        """Cards of a full page."""
        return self._room(self._theme.px(_SIDES[self._size()]))

    def resize_cards(self, steps: int) -> None:
        now = self._size()
        self._steps += max(0, min(now + steps, len(_SIDES) - 1)) - now
        self._fit()

    def is_settled(self) -> bool:
        """Every card has its picture, or never will."""
        loader = self._thumbnails
        return all(loader.pixmap(one.image_id) is not None or loader.unreadable(one.image_id) for one in self._cards)

    def is_unreadable(self, image_id: ImageId) -> bool:
        """Its picture never comes."""
        return self._thumbnails.unreadable(image_id)

    def middle_of(self, place: int) -> QPoint:
        return self._area(place).center().toPoint()

    def place_at(self, point: QPointF) -> int:
        """-1 beside the cards."""
        columns, rows = self._shape
        column, row = int(point.x() * columns // max(1, self.width())), int(point.y() * rows // max(1, self.height()))
        place = row * columns + column
        return place if 0 <= column < columns and 0 <= place < len(self._cards) else -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns, _ = self._shape
        last = len(self._cards) - 1
        steps: dict[int, int] = {
            Qt.Key.Key_Left: self._cursor - 1,
            Qt.Key.Key_Right: self._cursor + 1,
            Qt.Key.Key_Up: self._cursor - columns,
            Qt.Key.Key_Down: self._cursor + columns,
            Qt.Key.Key_PageUp: -1,
            Qt.Key.Key_PageDown: last + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        place = steps.get(event.key())
        if place is None:
            event.ignore()
        elif 0 <= place <= last:
            self.cursor_moved.emit(place)
        elif event.key() != Qt.Key.Key_Down or self._cursor // columns == last // columns:
            self.turned.emit(1 if place > last else -1)
        else:
            self.cursor_moved.emit(last)  # the last row is not full

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and place >= 0:
            self._dragged = not self._cards[place].marked
            self.mark_asked.emit(place, self._dragged)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Dragging marks on, or goes on taking marks off."""
        place = self.place_at(event.position())
        if self._dragged is not None and place >= 0 and self._cards[place].marked != self._dragged:
            self.mark_asked.emit(place, self._dragged)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A notch is a page."""
        self._wheeled += event.angleDelta().y()
        if abs(self._wheeled) >= _NOTCH:
            self.turned.emit(-1 if self._wheeled > 0 else 1)
            self._wheeled = 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._thumbnails.set_density(self.devicePixelRatioF() * self._theme.scale)
        self._want()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._thumbnails.want("pages", ())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, card in enumerate(self._cards):
            cell = self._describe(card.image_id)
            self._painter.paint(painter, self._area(place), card, cell, current=place == self._cursor)

    def _area(self, place: int) -> QRectF:
        columns, rows = self._shape
        width, height = self.width() / columns, self.height() / rows
        row, column = divmod(place, columns)
        left, top = round(column * width), round(row * height)
        return QRectF(left, top, round((column + 1) * width) - left, round((row + 1) * height) - top)

    def _size(self) -> int:
        """In _SIDES."""
        fitting = [size for size in range(_USUAL, len(_SIDES)) if self._room(self._theme.px(_SIDES[size])) <= _MANY]
        return max(0, min((fitting[0] if fitting else len(_SIDES) - 1) + self._steps, len(_SIDES) - 1))

    def _room(self, side: int) -> int:
        """Cards of at least this edge that fit."""
        return max(1, self.width() // side) * max(1, self.height() // side)

    def _lay_out(self) -> None:
        """Cards of a page that is not full grow into its room."""
        side, largest = self._theme.px(_SIDES[self._size()]), self._theme.px(_SIDES[-1])
        while side < largest and self._cards and self._room(side + 1) >= len(self._cards):
            side += 1
        self._shape = max(1, self.width() // side), max(1, self.height() // side)

    def _fit(self) -> None:
        self._lay_out()
        if self.capacity != self._told:
            self._told = self.capacity
            self.capacity_changed.emit(self._told)
        self.update()

    def _want(self) -> None:
        if self.isVisible():
            self._thumbnails.want("pages", [*(card.image_id for card in self._cards), *self._ahead])

    def _take_thumbnail(self, image_id: int) -> None:
        if self.isVisible() and any(card.image_id == image_id for card in self._cards):
            self.update()
