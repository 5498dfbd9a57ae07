"""Files that would be put somewhere, as a table: what each would be called there, and where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.models.scored_model import PASSES

Index = QModelIndex | QPersistentModelIndex
_HEADINGS = ("File there", "From")


@dataclass(frozen=True, slots=True)
class PlannedFile:
    name: str
    """Below the folder that it is put in."""
    source: str


class PlannedModel(QAbstractTableModel):
    """Look-ups only."""

    def __init__(self, files: Sequence[PlannedFile], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files = tuple(files)

    def place_of(self, row: int) -> int:
        return row

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._files)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_HEADINGS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | bool | None:
        if not index.isValid():
            return None
        file = self._files[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return (file.name, file.source)[index.column()]
            case _ if role == PASSES:
                return True
            case _:
                return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return _HEADINGS[section]
