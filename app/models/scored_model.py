"""Scored files as a table: any order by any head, all of them or only what passes; look-ups only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.jobs.file_results import ScoreResult
from core.scoring.choice import descending
from core.scoring.words import prediction_text
from core.values import HeadKind

Index = QModelIndex | QPersistentModelIndex
NAME = 0
PASSES = Qt.ItemDataRole.UserRole
_NONE = np.zeros(0, np.intp)


class ScoredModel(QAbstractTableModel):
    """The first column is the file, then one for each head."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._result: ScoreResult | None = None
        self._values: Sequence[NDArray[np.float64]] = ()
        self._passed: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._only_passing = False
        self._sorted_by = (1, Qt.SortOrder.DescendingOrder)
        self._places: NDArray[np.intp] = _NONE
        self._texts: dict[tuple[int, int], str] = {}

    def show_result(
        self,
        result: ScoreResult | None,
        values: Sequence[NDArray[np.float64]],
        passed: NDArray[np.bool_],
        *,
        only_passing: bool,
    ) -> None:
        """`values`: for each head what its column is ordered by, (images,)."""
        self.beginResetModel()
        if result is not self._result:
            self._texts.clear()
        self._result, self._values, self._passed, self._only_passing = result, values, passed, only_passing
        self._order()
        self.endResetModel()

    def place_of(self, row: int) -> int:
        """Of a row the place in the result."""
        return int(self._places[row])

    def places(self, rows: range) -> list[int]:
        return [int(place) for place in self._places[rows.start : rows.stop]]

    def path_of(self, row: int) -> str:
        return self._result.paths[self.place_of(row)] if self._result is not None else ""

    def is_score(self, column: int) -> bool:
        """A column of numbers, which takes little room."""
        return self._result is not None and column != NAME and self._result.heads[column - 1].kind is HeadKind.SCORE

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._places)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._result is None else 1 + len(self._result.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | bool | None:
        if self._result is None or not index.isValid():
            return None
        place = int(self._places[index.row()])
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._result.names[place] if index.column() == NAME else self._text(place, index.column() - 1)
            case Qt.ItemDataRole.ToolTipRole:
                return self._result.paths[place]
            case _ if role == PASSES:
                return bool(self._passed[place])
            case _:
                return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal or self._result is None:
            return None
        return "File" if section == NAME else self._result.heads[section - 1].name

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        self._sorted_by = (column, order)
        self._order()
        self.layoutChanged.emit()

    def _order(self) -> None:
        result = self._result
        if result is None:
            self._places = _NONE
            return
        column, order = self._sorted_by
        if column == NAME or column > len(self._values):
            places = np.array(sorted(range(len(result.names)), key=result.names.__getitem__), np.intp)
            places = places if order is Qt.SortOrder.AscendingOrder else places[::-1]
        else:
            values = self._values[column - 1]
            places = descending(values if order is Qt.SortOrder.DescendingOrder else -values)
        self._places = places[self._passed[places]] if self._only_passing else places

    def _text(self, place: int, head: int) -> str:
        """Made when first seen."""
        key = (place, head)
        if key not in self._texts and self._result is not None:
            asked = self._result.heads[head]
            self._texts[key] = prediction_text(asked.kind, asked.labels, self._result.values[head][place].tolist())
        return self._texts[key]
