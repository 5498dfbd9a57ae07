"""Loss curves of a few versions side by side, those of one make on one scale so that they can be compared.

Imported where curves are shown, never before: pyqtgraph takes a while to load.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.views.curve_plot import CurvePlot
from core.values import CurvePoint

Curve = tuple[str, tuple[CurvePoint, ...], str]
"""The name of a version, what its training.csv holds, and what makes its losses unlike others'; empty as a rule."""


class CurveRow(QWidget):
    """Plots are made when they are first needed, one after another: each holds the window up for a moment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: list[_Column] = []
        self._curves: tuple[Curve, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)

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
        for place, column in enumerate(self._columns):
            column.setVisible(place < len(self._curves))
            if place < len(self._curves):
                name, points, make = self._curves[place]
                alike = [point for _, others, theirs in self._curves if theirs == make for point in others]
                column.show_curve(", ".join(filter(None, (f"{name} loss", make))), name, points, alike)


class _Column(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = QLabel(self)
        self.plot = CurvePlot(self, small=True)
        stack = QVBoxLayout(self)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.addWidget(self._title)
        stack.addWidget(self.plot, 1)

    def show_curve(self, title: str, name: str, points: tuple[CurvePoint, ...], alike: Sequence[CurvePoint]) -> None:
        """On the scale of all that are `alike`: losses that ask another question are no measure of each other."""
        self._title.setText(title if points else f"{name}: no training curve")
        self.plot.setVisible(bool(points))
        self.plot.show_curve(points)
        self.plot.fit(alike)
