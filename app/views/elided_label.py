"""A line of text that gives way in the middle or at the end, and tells the rest in its tip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import TextSize, Theme


class ElidedLabel(QWidget):
    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        size: TextSize = "base",
        bold: bool = False,
        dim: bool = False,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(parent)
        self._size: TextSize = size
        self._bold = bold
        self._dim = dim
        self._mode = mode
        self._text = ""
        self._tip = ""
        self._colour: QColor | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFont(theme.font(getattr(theme, self._size), bold=self._bold))
        self.updateGeometry()
        self.update()

    def set_text(self, text: str, *, tip: str = "", colour: QColor | None = None) -> None:
        """Without a tip of its own, the tip is the text when it does not fit."""
        if (text, tip, colour) == (self._text, self._tip, self._colour):
            return
        if text != self._text:
            self.updateGeometry()
        self._text, self._tip, self._colour = text, tip, colour
        self.setAccessibleName(text)
        self._renew_tip()
        self.update()

    @property
    def text(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._renew_tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self._colour or (self._theme.dim if self._dim else self._theme.text))
        text = self.fontMetrics().elidedText(self._text, self._mode, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()

    def _renew_tip(self) -> None:
        fits = self.fontMetrics().horizontalAdvance(self._text) <= self.width()
        self.setToolTip(self._tip or ("" if fits else self._text))
