"""Draws a chart, and tells which of its marks or dots were pointed at, circled, or opened.

Imported where a chart is shown, never before: pyqtgraph takes a while to load.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.models.insight import Chart, Line, Mark, Tone
from app.theme import Theme
from app.views.chart_axis import ChartAxis
from app.views.chart_boxes import Boxes
from app.views.palette import tone_colour

_LINE = 2.0
_POINT = 9
_DOT = 7
_NEAR = 12.0
"""Pixels around a click in which a point or a dot is meant."""
_FULLEST = 0.55
"""Of a colour in a cell, so that its figure stays legible."""
_LEFT_AXIS, _BOTTOM_AXIS, _TICKS_ALONE = 5.5, 3.2, 1.8
"""In lines of text."""


class ChartCanvas(QWidget):
    mark_chosen = Signal(int)
    mark_opened = Signal(int)
    """By a double click."""
    dots_chosen = Signal(object)
    """ids (images,) of the dots in the lasso or under the click"""
    threshold_moved = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chart: Chart | None = None
        self._items: list[Any] = []
        self._marked: int | None = None
        self._canvas: Any = pyqtgraph.GraphicsLayoutWidget(self)
        self._stage = _Stage(self)
        axes = {side: ChartAxis(side) for side in ("left", "bottom")}
        self._plot: Any = self._canvas.addPlot(row=0, col=0, viewBox=self._stage, axisItems=axes)
        self._boxes = Boxes()
        self._outline: Any = pyqtgraph.PlotCurveItem()
        self._lasso: Any = pyqtgraph.PlotCurveItem()
        self._threshold: Any = pyqtgraph.InfiniteLine(angle=90, movable=True)
        self._threshold.sigPositionChanged.connect(self._on_threshold)
        self._silent = False
        self._lay_out()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._canvas.setBackground(theme.window)
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(pyqtgraph.mkPen(theme.line))
            axis.setTextPen(pyqtgraph.mkPen(theme.dim))
            axis.setStyle(tickLength=theme.grid)  # outside
            axis.setTickFont(theme.font(theme.small))
            axis.label.setFont(theme.font(theme.small))
        self._outline.setPen(pyqtgraph.mkPen(theme.text, width=_LINE))
        self._lasso.setPen(pyqtgraph.mkPen(theme.accent, width=1.5))
        self._threshold.setPen(pyqtgraph.mkPen(theme.text, width=_LINE))
        self._threshold.setHoverPen(pyqtgraph.mkPen(theme.accent, width=2 * _LINE))
        self._draw()

    def show_chart(self, chart: Chart | None) -> None:
        self._chart, self._marked = chart, None
        self._draw()

    def mark(self, place: int | None) -> None:
        """Which mark is told apart."""
        self._marked = place
        self._show_marked()

    def set_threshold(self, value: float) -> None:
        self._silent = True
        self._threshold.setValue(value)
        self._silent = False

    def colour(self, tone: Tone) -> QColor:
        return tone_colour(self._theme, tone)

    def pick(self, at: QPointF, *, opens: bool) -> None:
        """What lies at a place in the chart's own numbers."""
        if self._chart is None:
            return
        place = self._mark_at(at)
        if place is not None:
            (self.mark_opened if opens else self.mark_chosen).emit(place)
        elif self._chart.dots is not None and not opens:
            self.dots_chosen.emit(self._dots_near(at))

    def drag(self, path: Sequence[QPointF], *, done: bool) -> None:
        """A lasso on its way around dots, in the chart's own numbers."""
        if self._chart is None or self._chart.dots is None:
            return
        x, y = [point.x() for point in path], [point.y() for point in path]
        self._lasso.setData([*x, x[0]], [*y, y[0]])
        self._lasso.setVisible(not done)
        if done:
            dots = self._chart.dots
            self.dots_chosen.emit(dots.ids[inside(path, dots.x, dots.y)])

    def _mark_at(self, at: QPointF) -> int | None:
        assert self._chart is not None
        near: list[tuple[float, int]] = []
        for place, mark in enumerate(self._chart.marks):
            if not mark.is_point and mark.holds(at.x(), at.y()):
                return place
            if mark.is_point and (gap := self._gap(at, mark.x, mark.y)) <= _NEAR:
                near.append((gap, place))
        return min(near)[1] if near else self._bar_below(at)

    def _bar_below(self, at: QPointF) -> int | None:
        """A low bar is hard to hit: the whole column above it counts."""
        assert self._chart is not None
        for place, mark in enumerate(self._chart.marks):
            if not mark.is_point and not mark.figure and abs(at.x() - mark.x) <= mark.width / 2 and at.y() >= 0:
                return place if self._chart.key else None
        return None

    def _dots_near(self, at: QPointF) -> NDArray[np.int64]:
        assert self._chart is not None
        assert self._chart.dots is not None
        dots, (wide, high) = self._chart.dots, self._stage.viewPixelSize()
        gaps = np.hypot((dots.x - at.x()) / wide, (dots.y - at.y()) / high)
        return dots.ids[np.argsort(gaps, kind="stable")[: np.count_nonzero(gaps <= _NEAR)]]

    def _gap(self, at: QPointF, x: float, y: float) -> float:
        wide, high = self._stage.viewPixelSize()
        return float(np.hypot((x - at.x()) / wide, (y - at.y()) / high))

    def _pixel(self, x: float, y: float) -> QPointF:
        scene = self._stage.mapViewToScene(QPointF(x, y))
        return QPointF(self.mapFromGlobal(self._canvas.mapToGlobal(self._canvas.mapFromScene(scene))))

    @Slot()
    def _on_threshold(self) -> None:
        if not self._silent:
            self.threshold_moved.emit(float(self._threshold.value()))

    def _draw(self) -> None:
        for item in self._items:
            self._plot.removeItem(item)
        self._items.clear()
        chart = self._chart
        if chart is None:
            return
        row = self.fontMetrics().height()
        self._plot.getAxis("bottom").show_axis(chart.x, (_BOTTOM_AXIS if chart.x.title else _TICKS_ALONE) * row)
        self._plot.getAxis("left").show_axis(chart.y, _LEFT_AXIS * row)
        self._stage.setRange(xRange=(chart.x.low, chart.x.high), yRange=(chart.y.low, chart.y.high), padding=0)
        self._stage.invertY(chart.y.falls)
        flat = [mark for mark in chart.marks if not mark.is_point]
        self._boxes.set_boxes(flat, [self._fill(mark) for mark in flat], self._theme.window)
        self._put(self._boxes)
        self._draw_figures(flat)
        for line in chart.lines:
            self._draw_line(line)
        self._draw_points([mark for mark in chart.marks if mark.is_point])
        self._draw_dots(chart)
        if chart.has_threshold:
            self._put(self._threshold)
        self._lasso.hide()
        self._put(self._lasso)
        self._put(self._outline)
        self._show_marked()

    def _put(self, item: Any) -> None:
        self._plot.addItem(item, ignoreBounds=True)
        self._items.append(item)

    def _fill(self, mark: Mark) -> QColor:
        colour = QColor(self.colour(mark.tone))
        if mark.figure or mark.width == 1.0:
            colour.setAlphaF(_FULLEST * mark.strength)
        return colour

    def _draw_figures(self, marks: Sequence[Mark]) -> None:
        for mark in marks:
            if mark.figure:
                text = pyqtgraph.TextItem(mark.figure, color=self._theme.text, anchor=(0.5, 0.5))
                text.setFont(self._theme.font())
                text.setPos(mark.x, mark.y)
                self._put(text)

    def _draw_line(self, line: Line) -> None:
        style = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
        pen = pyqtgraph.mkPen(self.colour(line.tone), width=1.0 if line.dashed else _LINE, style=style)
        self._put(pyqtgraph.PlotCurveItem(line.x, line.y, pen=pen, antialias=True))

    def _draw_points(self, marks: Sequence[Mark]) -> None:
        if not marks:
            return
        x, y = np.array([mark.x for mark in marks], np.float64), np.array([mark.y for mark in marks], np.float64)
        low = np.array([mark.y if mark.low is None else mark.low for mark in marks])
        high = np.array([mark.y if mark.high is None else mark.high for mark in marks])
        pen = pyqtgraph.mkPen(self.colour(marks[0].tone), width=1.0)
        self._put(pyqtgraph.ErrorBarItem(x=x, y=y, top=high - y, bottom=y - low, beam=0, pen=pen))
        brush = pyqtgraph.mkBrush(self.colour(marks[0].tone))
        self._put(pyqtgraph.ScatterPlotItem(x, y, size=self._theme.px(_POINT), pen=None, brush=brush))

    def _draw_dots(self, chart: Chart) -> None:
        if chart.dots is None:
            return
        for tone, chosen in ((Tone.RIGHT, ~chart.dots.wrong), (Tone.WRONG, chart.dots.wrong)):
            colour = QColor(self.colour(tone))
            colour.setAlphaF(0.7)
            brush, x, y = pyqtgraph.mkBrush(colour), chart.dots.x[chosen], chart.dots.y[chosen]
            self._put(pyqtgraph.ScatterPlotItem(x, y, size=self._theme.px(_DOT), pen=None, brush=brush))

    def _show_marked(self) -> None:
        marks = self._chart.marks if self._chart is not None else ()
        mark = marks[self._marked] if self._marked is not None and self._marked < len(marks) else None
        self._outline.setVisible(mark is not None)
        if mark is None:
            return
        if mark.is_point:
            wide, high = (side * self._theme.px(_POINT) for side in self._stage.viewPixelSize())
        else:
            wide, high = mark.width / 2, mark.height / 2
        x, y = np.array([-1, 1, 1, -1, -1]) * wide + mark.x, np.array([-1, -1, 1, 1, -1]) * high + mark.y
        self._outline.setData(x, y)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._canvas)
        self._canvas.setFrameShape(self._canvas.Shape.NoFrame)
        self._canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.disableAutoRange()


def inside(path: Sequence[QPointF], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:  # (images,)
    """Which points lie within a closed line, by the crossings of a ray to the right."""
    found = np.zeros(len(x), np.bool_)
    for one, other in zip(path, [*path[1:], path[0]], strict=True):
        if one.y() == other.y():
            continue
        crosses = (one.y() > y) != (other.y() > y)
        at = (other.x() - one.x()) * (y - one.y()) / (other.y() - one.y()) + one.x()
        found ^= crosses & (x < at)
    return found


class _Stage(pyqtgraph.ViewBox):  # type: ignore[misc]
    """Clicks and drags go to the canvas; the view itself stays where it is."""

    def __init__(self, canvas: ChartCanvas) -> None:
        super().__init__(enableMenu=False)
        self._canvas = canvas
        self._path: list[QPointF] = []

    def mouseClickEvent(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._canvas.pick(self.mapSceneToView(event.scenePos()), opens=event.double())
            event.accept()

    def mouseDragEvent(self, event: Any, axis: object = None) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        event.accept()
        if event.isStart():
            self._path = [self.mapSceneToView(event.buttonDownScenePos())]
        self._path.append(self.mapSceneToView(event.scenePos()))
        self._canvas.drag(self._path, done=event.isFinish())
