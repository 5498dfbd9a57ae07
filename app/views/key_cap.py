"""A key drawn as a small cap, beside what it does."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import Theme


class CapLook(Enum):
    PLAIN = "plain"
    PROPOSED = "proposed"
    CHOSEN = "chosen"


def cap_width(theme: Theme, text: str, size: int | None = None) -> float:
    """Width that holds `text`, never narrower than high."""
    metrics = QFontMetricsF(theme.font(size or theme.small, bold=True))
    return max(float(theme.cap), metrics.horizontalAdvance(text) + 2 * theme.grid + 2)


def paint_cap(painter: QPainter, rect: QRectF, text: str, theme: Theme, look: CapLook = CapLook.PLAIN) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outline = theme.accent if look is not CapLook.PLAIN else theme.edge
    painter.setPen(QPen(outline, 2.0 if look is CapLook.PROPOSED else 1.0))
    painter.setBrush(theme.accent if look is CapLook.CHOSEN else theme.surface)
    inset = 1.0 if look is CapLook.PROPOSED else 0.5
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), 3.5, 3.5)
    painter.setFont(theme.font(theme.small, bold=True))
    painter.setPen(theme.accent_text if look is CapLook.CHOSEN else theme.text)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


class KeyCap(QWidget):
    """One cap as a widget, for overlays and dialogs."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = text
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(cap_width(self._theme, self._text)), self._theme.cap)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_cap(painter, QRectF(self.rect()), self._text, self._theme)
        painter.end()
