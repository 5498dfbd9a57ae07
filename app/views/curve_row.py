"""Loss curves of a few versions side by side, on one scale so that they can be compared.

Imported where curves are shown, never before: pyqtgraph takes a while to load.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.views.curve_plot import CurvePlot
from core.values import CurvePoint

Curve = tuple[str, tuple[CurvePoint, ...]]
"""The name of a version and what its training.csv holds."""


class CurveRow(QWidget):
    """Plots are made when they are first needed, one after another: each holds the window up for a moment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: list[_Column] = []
        self._curves: tuple[Curve, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)

    @property
    def plots(self) -> tuple[CurvePlot, ...]:
        return tuple(column.plot for column in self._columns)

    @property
    def is_whole(self) -> bool:
        """Every curve has its plot."""
        return len(self._columns) >= len(self._curves)

    def show_curves(self, curves: Sequence[Curve]) -> None:
        self._curves = tuple(curves)
        self._grow()

    @Slot()
    def _grow(self) -> None:
        """One plot more, where one is missing."""
        if not self.is_whole:
            self._columns.append(_Column(self))
            self._row.addWidget(self._columns[-1], 1)
        if not self.is_whole:
            QTimer.singleShot(0, self, self._grow)
        everything = [point for _, points in self._curves for point in points]
        for place, column in enumerate(self._columns):
            column.setVisible(place < len(self._curves))
            if place < len(self._curves):
                column.show_curve(*self._curves[place], everything)


class _Column(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = QLabel(self)
        self.plot = CurvePlot(self, small=True)
        stack = QVBoxLayout(self)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.addWidget(self._title)
        stack.addWidget(self.plot, 1)

    def show_curve(self, name: str, points: tuple[CurvePoint, ...], everything: Sequence[CurvePoint]) -> None:
        """On the scale of `everything` that is shown."""
        self._title.setText(f"{name} loss" if points else f"{name}: no training curve")
        self.plot.setVisible(bool(points))
        self.plot.show_curve(points)
        self.plot.fit(everything)
