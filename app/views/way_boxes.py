"""How heads look at each picture and make one answer of their tiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from app.models.tried import COMBINE_TEXTS, TILE_TEXTS
from app.views.still_fields import keep_still
from core.values import Combine, Tiles

_SHORT = 6
"""Letters of a choice that are in sight at the least."""


class WayBoxes(QWidget):
    changed = Signal(object, object)
    """Tiles and Combine; None: as each head was trained."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = self._box(TILE_TEXTS, "How heads look at a large picture")
        self.combine = self._box(COMBINE_TEXTS, "How the answers for the five crops become one")
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addRow("Tiles", self.tiles)
        rows.addRow("Combine", self.combine)

    def show_ways(self, tiles: Tiles | None, combine: Combine | None) -> None:
        self.tiles.setCurrentIndex(list(TILE_TEXTS).index(tiles))
        self.combine.setCurrentIndex(list(COMBINE_TEXTS).index(combine))

    def _box(self, texts: Mapping[Any, str], tip: str) -> QComboBox:
        box = QComboBox(self)
        box.addItems(list(texts.values()))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(_SHORT)
        box.setToolTip(tip)
        box.activated.connect(self._tell)
        keep_still(box)
        return box

    def _tell(self) -> None:
        tiles, combine = list(TILE_TEXTS)[self.tiles.currentIndex()], list(COMBINE_TEXTS)[self.combine.currentIndex()]
        self.changed.emit(tiles, combine)
