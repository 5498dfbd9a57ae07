"""The key of a picture: a small square of each colour and what it means."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import Theme

_SQUARE = 10


class ColourKey(QWidget):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key: tuple[tuple[QColor, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def show_key(self, key: Sequence[tuple[QColor, str]]) -> None:
        """A colour without words stands beside the next one: a ramp."""
        self._key = tuple(key)
        self.setAccessibleDescription("; ".join(text for _, text in key if text))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self._theme.row_dense)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setFont(theme.font(theme.small))
        metrics, square, left = QFontMetricsF(painter.font()), theme.px(_SQUARE), 3.0 * theme.grid
        for colour, text in self._key:
            middle = self.height() / 2
            painter.fillRect(QRectF(left, middle - square / 2, square, square), colour)
            left += square
            if not text:
                continue
            left += theme.grid
            painter.setPen(theme.dim)
            wide = metrics.horizontalAdvance(text)
            area = QRectF(left, 0, max(0.0, min(wide + 2, self.width() - left)), self.height())
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
            left += wide + 4 * theme.grid
        painter.end()
