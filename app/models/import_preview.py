"""What an import would do, a row for each folder or answer: a Qt item model of look-ups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class PreviewRow:
    source: str
    """Folder, or empty for a table."""
    read_as: str
    """The answer, or why there is none."""
    files: int
    readable: bool = True
    doubt: str = ""
    """Why it may be meant otherwise."""


class PreviewModel(QAbstractTableModel):
    def __init__(self, warning: QColor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._warning = warning
        self._rows: tuple[PreviewRow, ...] = ()
        self._headings = ("Folder", "Read as", "Images")

    def show(self, rows: Sequence[PreviewRow], headings: tuple[str, str, str]) -> None:
        self.beginResetModel()
        self._rows, self._headings = tuple(rows), headings
        self.endResetModel()

    @property
    def rows(self) -> tuple[PreviewRow, ...]:
        return self._rows

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return (row.source, row.read_as, f"{row.files:,}")[column]
            case Qt.ItemDataRole.ToolTipRole:
                return (row.source, row.doubt or row.read_as, None)[column]
            case Qt.ItemDataRole.TextAlignmentRole if column == 2:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.ForegroundRole if column == 1 and (row.doubt or not row.readable):
                return self._warning
            case _:
                return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headings[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == 2 else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None
