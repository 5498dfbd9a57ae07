"""Flagged, pinned, excluded, skipped: one quiet line of marks, of steady height whether any is set or not."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.icons import IconSet
from app.theme import Theme

_ICON = 14


class StateMarks(QWidget):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = IconSet()
        self._states: list[tuple[str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def show_states(self, *, flagged: bool, excluded: bool, skipped: bool, pinned: bool = False) -> None:
        states = (
            ("flag", "Flagged", flagged),
            ("pin", "Pinned", pinned),
            ("exclude", "Excluded", excluded),
            ("skip", "Skipped", skipped),
        )
        self._states = [(icon, text) for icon, text, on in states if on]
        self.setAccessibleName(", ".join(text for _, text in self._states))
        self.setVisible(bool(self._states))  # an empty row would cost twenty labels their last one
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, self._theme.cap)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self._theme.font(self._theme.small, bold=True)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        left, side = 0.0, self._theme.px(_ICON)
        for icon, text in self._states:
            colour = self._colour(icon)
            mark = self._icons.get(icon, colour, side, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(left, (self.height() - side) / 2), mark)
            left += side + self._theme.grid
            painter.setPen(colour)
            width = metrics.horizontalAdvance(text) + 1
            painter.drawText(QRectF(left, 0, width, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
            left += width + 3 * self._theme.grid
        painter.end()

    def _colour(self, icon: str) -> QColor:
        if icon == "flag":
            return self._theme.warning
        return self._theme.danger if icon == "exclude" else self._theme.dim
