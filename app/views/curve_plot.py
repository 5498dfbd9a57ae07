"""Loss, evaluation loss and learning rate of a training, one below the other over the same steps.

Imported where a curve is shown, never before: pyqtgraph takes a while to load.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

import numpy as np
import pyqtgraph
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.values import CurvePoint

_LINE = 2.0
_DOT = 5
"""Of a curve that is a single point yet."""
_SHARES = (3, 1)
"""Heights of the losses and of the learning rate."""
_LEFT_AXIS = 4.5
"""Widths of both left axes in lines of text, so that their plots begin at one place."""
_SMALL_AXIS = 2.5
_NO_RATE = 1e-9
_ROOM = 0.05
"""Around what is to be in sight; by itself it would go by the size that a plot has at that moment."""


class CurvePlot(QWidget):
    """Dressed by its palette, so it follows the theme by itself."""

    def __init__(self, parent: QWidget | None = None, *, small: bool = False) -> None:
        """`small`: one of several side by side; the losses alone."""
        super().__init__(parent)
        self._small = small
        self._points: tuple[CurvePoint, ...] = ()
        self._canvas: Any = pyqtgraph.GraphicsLayoutWidget(self)
        # Without menus, which take most of the time that a plot takes to make.
        self._losses = self._canvas.addPlot(row=0, col=0, enableMenu=False)
        self._plots = [self._losses] if small else [self._losses, self._canvas.addPlot(row=1, col=0, enableMenu=False)]
        for row, share in enumerate(_SHARES[: len(self._plots)]):
            self._canvas.ci.layout.setRowStretchFactor(row, share)
        self._training = self._losses.plot(antialias=True)
        self._evaluation = self._losses.plot(antialias=True)
        self._rate = None if small else self._plots[1].plot(antialias=True)
        names = ("Training", "Evaluation") if small else ("Training loss", "Evaluation loss", "Learning rate")
        self._keys = tuple(QLabel(name, self) for name in names)
        self._lay_out()
        self._dress()

    def show_curve(self, points: Sequence[CurvePoint]) -> None:
        """Takes the place of what was shown."""
        self._points = tuple(points)
        steps = np.array([point.step for point in points], np.float64)
        judged = [(point.step, point.evaluation_loss) for point in points if point.evaluation_loss is not None]
        self._training.setData(steps, np.array([point.training_loss for point in points], np.float64))
        self._evaluation.setData(np.array(judged, np.float64).reshape(-1, 2))
        if self._rate is not None:
            rates = np.array([point.learning_rate for point in points], np.float64)
            self._rate.setData(steps, rates)
            self._plots[1].setYRange(0, rates.max(initial=_NO_RATE))
        what = "Evaluation" if self._small else "Evaluation loss"
        self._keys[1].setText(what if judged or not points else f"{what}: at the end")
        for item in self._items():
            item.setSymbol("o" if len(points) == 1 else None)
        self._show_figures()

    def fit(self, points: Sequence[CurvePoint]) -> None:
        """Steps and losses of all of these are in sight, whatever this plot itself shows of them."""
        if points:
            losses = [loss for point in points for loss in (point.training_loss, point.evaluation_loss)]
            known = [loss for loss in losses if loss is not None and isfinite(loss)]
            self._losses.setXRange(0, max(point.step for point in points), padding=_ROOM)
            self._losses.setYRange(min(known, default=0.0), max(known, default=1.0), padding=_ROOM)

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(10 * line, 8 * line) if self._small else QSize(44 * line, 26 * line)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._dress()

    def _lay_out(self) -> None:
        keys = QHBoxLayout()
        keys.setSpacing((1 if self._small else 2) * self.fontMetrics().height())
        for key in self._keys:
            keys.addWidget(key)
        keys.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(keys)
        layout.addWidget(self._canvas, 1)
        self._canvas.setFrameShape(self._canvas.Shape.NoFrame)
        self._canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for plot in self._plots:
            plot.hideButtons()
            plot.setMouseEnabled(x=False, y=False)
        for rates in self._plots[1:]:
            self._losses.getAxis("bottom").setStyle(showValues=False)
            rates.setXLink(self._losses)
            rates.setLabel("bottom", "steps")
            rates.getAxis("left").enableAutoSIPrefix(False)
            rates.setYRange(0, _NO_RATE)
        self._show_figures()

    def _show_figures(self) -> None:
        """Axes say nothing before there is a point."""
        for plot in self._plots:
            plot.getAxis("left").setStyle(showValues=bool(self._points))
        self._plots[-1].getAxis("bottom").setStyle(showValues=bool(self._points))

    def _items(self) -> list[Any]:
        return [item for item in (self._training, self._evaluation, self._rate) if item is not None]

    def _dress(self) -> None:
        """Colours and sizes of the window's palette and font."""
        palette = self.palette()
        dim, line = palette.color(QPalette.ColorRole.PlaceholderText), palette.color(QPalette.ColorRole.Mid)
        colours = (palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Highlight), dim)
        self._canvas.setBackground(palette.color(QPalette.ColorRole.Window))
        for key, item, colour in zip(self._keys, self._items(), colours, strict=False):
            item.setPen(pyqtgraph.mkPen(colour, width=_LINE))
            item.setSymbolPen(None)
            item.setSymbolBrush(colour)
            item.setSymbolSize(_DOT)
            key.setStyleSheet(f"color: {colour.name()};")  # a palette is lost when the application is dressed anew
        for plot in self._plots:
            for side in ("left", "bottom"):
                axis = plot.getAxis(side)
                axis.setPen(pyqtgraph.mkPen(line))
                axis.setTextPen(pyqtgraph.mkPen(dim))
                axis.setTickFont(self.font())
            lines = _SMALL_AXIS if self._small else _LEFT_AXIS
            plot.getAxis("left").setWidth(round(lines * self.fontMetrics().height()))
