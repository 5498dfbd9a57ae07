"""Loss curves of a few versions side by side, on one scale so that they can be compared.

Imported where curves are shown, never before: pyqtgraph takes a while to load.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.views.curve_plot import CurvePlot
from core.values import CurvePoint

Curve = tuple[str, tuple[CurvePoint, ...]]
"""The name of a version and what its training.csv holds."""


class CurveRow(QWidget):
    def __init__(self, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = tuple(QLabel(self) for _ in range(most))
        self.plots = tuple(CurvePlot(self, small=True) for _ in range(most))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._columns = tuple(QWidget(self) for _ in range(most))
        for column, title, plot in zip(self._columns, self._titles, self.plots, strict=True):
            stack = QVBoxLayout(column)
            stack.setContentsMargins(0, 0, 0, 0)
            stack.addWidget(title)
            stack.addWidget(plot, 1)
            layout.addWidget(column, 1)

    def show_curves(self, curves: Sequence[Curve]) -> None:
        for place, column in enumerate(self._columns):
            column.setVisible(place < len(curves))
        for (name, points), title, plot in zip(curves, self._titles, self.plots, strict=False):
            title.setText(f"{name} loss" if points else f"{name}: no training curve")
            plot.setVisible(bool(points))
            plot.show_curve(points)
            plot.fit([point for _, each in curves for point in each])
