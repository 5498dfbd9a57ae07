"""How what a head says is spread over the pool, with limits that are dragged; painted in one go, whatever the pool."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.models.keeping import KeepState, Passing
from app.theme import Theme

_LEAST = 84
_GRIP = 5
"""Half the width of a limit's handle."""
_NEAR = 12
_SLIVER = 1.5
"""Height of the lowest bar that stands for an image."""


class Histogram(QWidget):
    limit_moved = Signal(float, bool)
    """0 to 1, and whether it is the upper one"""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state = KeepState()
        self._held: bool | None = None
        """The upper limit is dragged, or the lower one."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setToolTip("Images by what the head says of them; heights grow with the square root, so that few are seen")

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def show_state(self, state: KeepState) -> None:
        self._state = state
        self.setAccessibleDescription(f"{state.kept} of {state.total} images are kept")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self._theme.px(_LEAST))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._theme.px(_LEAST))

    def place_of(self, value: float) -> float:
        """In pixels from the left."""
        area = self._area()
        return area.left() + value * area.width()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._state.spread is None:
            return
        self._held = self._meant(event.position())
        self._move(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._move(event.position())
            return
        near = any(abs(event.position().x() - self.place_of(value)) <= _NEAR for value, _ in self._limits())
        self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.window)
        if self._state.spread is not None:
            self._paint_bars(painter, self._area())
            self._paint_ticks(painter, self._area())
            for value, upper in self._limits():
                self._paint_limit(painter, self._area(), value, upper=upper)
        painter.end()

    def _limits(self) -> list[tuple[float, bool]]:
        state = self._state
        low, high = (state.low, False), (state.high, True)
        return {Passing.HIGHEST: [low], Passing.LOWEST: [high], Passing.BETWEEN: [low, high]}[state.passing]

    def _meant(self, at: QPointF) -> bool:
        """The limit that is nearest; of two at one place the one that can move that way."""
        gaps = [(abs(at.x() - self.place_of(value)), upper) for value, upper in self._limits()]
        if len(gaps) == 2 and gaps[0][0] == gaps[1][0]:
            return at.x() > self.place_of(self._state.low)
        return min(gaps)[1]

    def _move(self, at: QPointF) -> None:
        area = self._area()
        value = (at.x() - area.left()) / max(1.0, area.width())
        self.limit_moved.emit(max(0.0, min(value, 1.0)), bool(self._held))

    def _area(self) -> QRectF:
        theme = self._theme
        side, below = 3 * theme.grid, QFontMetricsF(theme.font(theme.small)).height() + theme.grid
        return QRectF(side, theme.grid, self.width() - 2 * side, self.height() - below - 2 * theme.grid)

    def _paint_bars(self, painter: QPainter, area: QRectF) -> None:
        assert self._state.spread is not None
        theme, counts = self._theme, self._state.spread.counts
        heights = np.sqrt(counts / max(1, int(counts.max(initial=0))))
        ends = np.linspace(area.left(), area.right(), len(counts) + 1)
        low, high = self._kept_between()
        painter.setPen(Qt.PenStyle.NoPen)
        for place in np.flatnonzero(counts).tolist():
            middle = (place + 0.5) / len(counts)
            height = max(_SLIVER, heights[place] * area.height())
            gap = 1.0 if ends[1] - ends[0] > 3 else 0.0
            bar = QRectF(ends[place], area.bottom() - height, ends[place + 1] - ends[place] - gap, height)
            painter.fillRect(bar, theme.accent if low <= middle <= high else theme.bar)
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), theme.line)

    def _kept_between(self) -> tuple[float, float]:
        state = self._state
        low = 0.0 if state.passing is Passing.LOWEST else state.low
        return low, 1.0 if state.passing is Passing.HIGHEST else state.high

    def _paint_ticks(self, painter: QPainter, area: QRectF) -> None:
        assert self._state.spread is not None
        theme = self._theme
        painter.setFont(theme.font(theme.small))
        painter.setPen(theme.dim)
        metrics = QFontMetricsF(painter.font())
        for value, text in self._state.spread.ticks:
            wide = metrics.horizontalAdvance(text)
            left = min(max(self.place_of(value) - wide / 2, theme.grid), self.width() - wide - theme.grid)
            painter.drawText(QPointF(left, area.bottom() + theme.grid / 2 + metrics.ascent()), text)

    def _paint_limit(self, painter: QPainter, area: QRectF, value: float, *, upper: bool) -> None:
        theme, x = self._theme, self.place_of(value)
        moves = upper == self._state.moves_high or len(self._limits()) == 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.text, 2 if moves else 1))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.text if moves else theme.dim)
        half = theme.px(_GRIP)
        painter.drawRoundedRect(QRectF(x - half, area.top(), 2 * half, 2.5 * half), 2, 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
