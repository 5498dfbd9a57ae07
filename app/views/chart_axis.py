"""An axis of a chart whose names never run into each other, however long or many they are."""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import Any

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from app.models.insight import Axis

_BETWEEN = 6.0
"""Pixels between two names."""
_PAST_THE_EDGE = 12.0
"""Pixels that a name may reach past the end of the chart; one that reaches farther is not drawn at all."""
_WIDEST = 10.0
"""Lines of text that names at the left may take."""
_LOWER_ROW = "\n"


class ChartAxis(pyqtgraph.AxisItem):  # type: ignore[misc]
    """Names below a chart stand in two rows where one is too narrow, and are cut in the middle, as elsewhere."""

    _axis: Axis | None = None
    """Nothing to write yet: it is resized while it is made."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self._size = 0.0
        self.enableAutoSIPrefix(False)
        self.setStyle(hideOverlappingLabels=False)  # may reach a little past the ends

    def show_axis(self, axis: Axis, size: float) -> None:
        """`size`: its height below a chart, or its least width at the left, with one row of names, in pixels."""
        self._axis, self._size = axis, size
        self.setLabel(axis.title)
        self._write()
        super().resizeEvent()  # the title is else centred as long as it was before

    def resizeEvent(self, event: Any = None) -> None:
        if self._axis is not None and self.label is not None:
            self._write()
        super().resizeEvent(event)

    def _write(self) -> None:
        assert self._axis is not None
        metrics = QFontMetricsF(self.style["tickFont"])
        names = [name for _, name in self._axis.ticks]
        shown = (
            self._below(self._axis, names, metrics) if self.orientation == "bottom" else self._beside(names, metrics)
        )
        ticks = [(at, name) for (at, _), name in zip(self._axis.ticks, shown, strict=True)]
        self.setTicks([ticks] if ticks else None)

    def _below(self, axis: Axis, names: list[str], metrics: QFontMetricsF) -> list[str]:
        places = [at for at, _ in axis.ticks]
        gap = min((later - before for before, later in pairwise(places)), default=axis.high - axis.low)
        wide = float(self.size().width()) / (axis.high - axis.low)
        room = wide * gap - _BETWEEN
        rows = 1 if all(metrics.horizontalAdvance(name) <= room for name in names) else 2
        self.setHeight(round(self._size + (rows - 1) * metrics.lineSpacing()))
        shown = []
        for place, (at, name) in enumerate(zip(places, names, strict=True)):
            to_edge = min(at - axis.low, axis.high - at) * wide + _PAST_THE_EDGE
            cut = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, min(rows * wide * gap - _BETWEEN, 2 * to_edge))
            shown.append((_LOWER_ROW if rows == 2 and place % 2 else "") + cut)
        return shown

    def _beside(self, names: list[str], metrics: QFontMetricsF) -> list[str]:
        title = self.label.boundingRect().height() if self.label.isVisible() else 0.0
        taken = title + max(self.style["tickLength"], 0) + self.style["tickTextOffset"][0] + _BETWEEN
        longest = max((metrics.horizontalAdvance(name) for name in names), default=0.0)
        width = ceil(min(max(self._size, taken + longest), max(self._size, _WIDEST * metrics.lineSpacing())))
        self.setWidth(width)
        return [metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width - taken) for name in names]
