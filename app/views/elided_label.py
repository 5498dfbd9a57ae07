"""A line of text that gives way in the middle or at the end, and tells the rest in its tip."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent, QTextLayout
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
        lines: int = 1,
        centred: bool = False,
    ) -> None:
        """`lines`: so many are kept free, and the text wraps in them; only the last is shortened.

        `centred`: fewer stand in the middle of that room, not at its top.
        """
        super().__init__(parent)
        self._size: TextSize = size
        self._bold = bold
        self._dim = dim
        self._mode = mode
        self._lines = lines
        self._centred = centred
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
        """The text stands in the tip too where it does not fit."""
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
        return QSize(metrics.horizontalAdvance(self._text) + 2, self._lines * metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._lines * self.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._renew_tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self._colour or (self._theme.dim if self._dim else self._theme.text))
        shown = self.shown_lines()
        height = self.height() / self._lines
        above = (self._lines - len(shown)) / 2 if self._centred else 0
        for place, text in enumerate(shown):
            line = QRectF(0, (above + place) * height, self.width(), height)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()

    def shown_lines(self) -> list[str]:
        """The text as it stands on the screen."""
        return self._lines_within(self.width())

    def is_whole_within(self, width: int) -> bool:
        """Whether all of the text can be read in so many pixels."""
        return "".join("".join(self._lines_within(width)).split()) == "".join(self._text.split())

    def _lines_within(self, width: int) -> list[str]:
        rest, lines = self._text, list[str]()
        while len(lines) < self._lines - 1 and self.fontMetrics().horizontalAdvance(rest) > width:
            line = self._first_line(rest, width)
            lines.append(line.rstrip())
            rest = rest[len(line) :]
        return [*lines, self.fontMetrics().elidedText(rest, self._mode, width)]

    def _first_line(self, text: str, width: int) -> str:
        """As many words as fit; all of it where not even the first does."""
        layout = QTextLayout(text, self.font())
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(width)
        layout.endLayout()
        return text[: line.textLength()]

    def _renew_tip(self) -> None:
        told = self.is_whole_within(self.width()) or self._text in self._tip
        parts = [self._tip] if told else [self._text, self._tip]
        self.setToolTip("\n\n".join(filter(None, parts)))
