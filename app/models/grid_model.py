"""The queue as rows and columns: a million images cost no more than one, only those in sight are described."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.models.cards import Cell
from core.values import ImageId

CELL_ROLE = int(Qt.ItemDataRole.UserRole)
ID_ROLE = CELL_ROLE + 1
POSITION_ROLE = CELL_ROLE + 2

_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class GridModel(QAbstractTableModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: NDArray[np.int64] = np.zeros(0, np.int64)  # (images,)
        self._columns = 1
        self._cells: dict[ImageId, Cell] = {}

    @property
    def ids(self) -> NDArray[np.int64]:
        return self._ids

    @property
    def columns(self) -> int:
        return self._columns

    @property
    def cells(self) -> Mapping[ImageId, Cell]:
        """What is held of the images in sight."""
        return self._cells

    def set_ids(self, ids: NDArray[np.int64]) -> None:
        """Another order of as many images keeps rows and scroll position."""
        if self._rows_of(len(ids)) == self.rowCount() and len(ids):
            self._ids = ids
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self._columns - 1))
            return
        self.beginResetModel()
        self._ids = ids
        self.endResetModel()

    def set_columns(self, columns: int) -> None:
        if columns == self._columns:
            return
        self.beginResetModel()
        self._columns = max(1, columns)
        self.endResetModel()

    def hold(self, cells: Mapping[ImageId, Cell]) -> None:
        """The cells in sight; those of other images are let go."""
        self._cells = dict(cells)

    def replace(self, cells: Mapping[ImageId, Cell]) -> None:
        """Newer cells for images that are held."""
        self._cells.update(cells)

    def held(self, ids: Iterable[ImageId]) -> list[ImageId]:
        return [image_id for image_id in ids if image_id in self._cells]

    def position_of(self, index: Index) -> int:
        """-1 for an index beyond the last image."""
        position = index.row() * self._columns + index.column()
        return position if index.isValid() and position < len(self._ids) else -1

    def at(self, position: int) -> tuple[ImageId, Cell | None]:
        """The image in that place, and its cell where that is held."""
        image_id = ImageId(int(self._ids[position]))
        return image_id, self._cells.get(image_id)

    def index_of(self, position: int) -> QModelIndex:
        return self.index(position // self._columns, position % self._columns)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._rows_of(len(self._ids))

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._columns

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.position_of(index) < 0:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        position = self.position_of(index)
        if position < 0:
            return None
        image_id, cell = self.at(position)
        if role == ID_ROLE:
            return image_id
        if role == POSITION_ROLE:
            return position
        if cell is None:
            return None
        if role == CELL_ROLE:
            return cell
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.caption
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.spoken
        return None

    def _rows_of(self, count: int) -> int:
        return -(-count // self._columns)
