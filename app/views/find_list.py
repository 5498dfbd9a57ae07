"""The list below the search box: what could be typed next, or why nothing was found."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.models.finding import FindMessage, FindState
from app.theme import Theme

_OFFER_SHARE = 0.42
"""Of the width; the rest is for what an offer means."""


class FindList(QWidget):
    """Lies over the view; takes no focus, so that the box keeps it."""

    taken = Signal(int)
    """An offer was clicked."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = FindState()
        self._row = -1
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFont(theme.font())
        self.update()

    @property
    def row(self) -> int:
        """The offer that is marked, -1 for none."""
        return self._row

    def show_state(self, state: FindState) -> None:
        self._state, self._row = state, -1
        self.setAccessibleName("" if state.message is None else f"{state.message.title} {state.message.text}")
        self.update()

    def is_empty(self) -> bool:
        return not self._state.offers and self._state.message is None

    def step(self, by: int) -> None:
        """Down from the box into the list, and up out of it again."""
        count = len(self._state.offers) if self._state.message is None else 0
        if count:
            self._row = (self._row + 1 + by) % (count + 1) - 1
            self.update()

    def fitting_height(self, width: int) -> int:
        theme, message = self._theme, self._state.message
        if message is None:
            return len(self._state.offers) * theme.row_dense + 2 * theme.grid
        lines = QFontMetrics(theme.font()).boundingRect(
            0, 0, width - 6 * theme.grid, 10_000, Qt.TextFlag.TextWordWrap, message.text
        )
        return theme.row_dense + (lines.height() if message.text else 0) + 5 * theme.grid

    def sizeHint(self) -> QSize:
        return QSize(self.width(), self.fitting_height(self.width()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._row = self._row_at(event.position().y())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if row >= 0:
            self.taken.emit(row)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.edge)
        painter.setBrush(theme.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.radius, theme.radius)
        if self._state.message is not None:
            self._paint_message(painter, self._state.message)
        else:
            self._paint_offers(painter)
        painter.end()

    def _paint_message(self, painter: QPainter, message: FindMessage) -> None:
        theme = self._theme
        area = QRectF(self.rect()).adjusted(3 * theme.grid, 2 * theme.grid, -3 * theme.grid, -2 * theme.grid)
        painter.setPen(theme.text)
        painter.setFont(theme.font(bold=True))
        title = painter.fontMetrics().elidedText(message.title, Qt.TextElideMode.ElideRight, round(area.width()))
        painter.drawText(
            QRectF(area.left(), area.top(), area.width(), theme.row_dense), Qt.AlignmentFlag.AlignTop, title
        )
        painter.setFont(theme.font())
        painter.setPen(theme.dim)
        painter.drawText(area.adjusted(0, theme.row_dense, 0, 0), int(Qt.TextFlag.TextWordWrap), message.text)

    def _paint_offers(self, painter: QPainter) -> None:
        theme, width = self._theme, self.width() - 6 * self._theme.grid
        for place, offer in enumerate(self._state.offers):
            line = QRectF(
                theme.grid, theme.grid + place * theme.row_dense, self.width() - 2 * theme.grid, theme.row_dense
            )
            if place == self._row:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.accent_wash)
                painter.drawRoundedRect(line, theme.radius, theme.radius)
            left = line.adjusted(2 * theme.grid, 0, 0, 0)
            left.setWidth(width if not offer.tip else width * _OFFER_SHARE)
            painter.setFont(theme.font())
            self._paint_line(painter, left, offer.text)
            if offer.tip:
                right = QRectF(left.right(), line.top(), width - left.width(), line.height())
                painter.setPen(theme.dim)
                self._paint_line(painter, right, offer.tip, dim=True)

    def _paint_line(self, painter: QPainter, area: QRectF, text: str, *, dim: bool = False) -> None:
        painter.setPen(self._theme.dim if dim else self._theme.text)
        room = round(area.width()) - self._theme.grid
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _row_at(self, height: float) -> int:
        row = int((height - self._theme.grid) // self._theme.row_dense)
        return row if self._state.message is None and 0 <= row < len(self._state.offers) else -1
