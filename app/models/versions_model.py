"""The versions of a head as a table, newest first; only the note can be edited."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont

from app.models.versions import VersionRow

_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex
HEADINGS = ("Version", "When", "Answers", "Figure", "Recipe", "Training", "Note")
VERSION, WHEN, ANSWERS, FIGURE, RECIPE, TRAINING, NOTE = range(len(HEADINGS))


class VersionsModel(QAbstractTableModel):
    note_edited = Signal(int, str)
    """Number of the version, and its note."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[VersionRow, ...] = ()
        self._bold = QFont()

    @property
    def rows(self) -> tuple[VersionRow, ...]:
        return self._rows

    def set_rows(self, rows: Sequence[VersionRow], bold: QFont) -> None:
        """`bold` marks the one in force. Versions that stay keep selection, scrolling and a note being written."""
        before, self._bold = self._rows, bold
        numbers, numbers_before = [row.number for row in rows], [row.number for row in before]
        newer = len(rows) - len(before)
        if newer < 0 or numbers[newer:] != numbers_before:
            self.beginResetModel()
            self._rows = tuple(rows)
            self.endResetModel()
            return
        if newer:
            self.beginInsertRows(_ROOT, 0, newer - 1)
            self._rows = tuple(rows[:newer]) + before
            self.endInsertRows()
        self._rows = tuple(rows)
        self._tell_changed(newer, before)

    def _tell_changed(self, first: int, before: Sequence[VersionRow]) -> None:
        """A cell that is told of loses what is being written into it, so a note is told of only where it changed."""
        last = len(self._rows) - 1
        if first <= last:
            self.dataChanged.emit(self.index(first, VERSION), self.index(last, TRAINING))
        for place, row in enumerate(before, first):
            if row.note != self._rows[place].note:
                self.dataChanged.emit(self.index(place, NOTE), self.index(place, NOTE))

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(HEADINGS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NOTE else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return _texts(row)[index.column()]
            case Qt.ItemDataRole.ToolTipRole:
                return _tip(row, index.column())
            case Qt.ItemDataRole.FontRole:
                return self._bold if row.in_force and index.column() == VERSION else None
            case Qt.ItemDataRole.TextAlignmentRole if index.column() == ANSWERS:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case _:
                return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """The row itself follows when the note was written."""
        if role != Qt.ItemDataRole.EditRole or index.column() != NOTE or not isinstance(value, str):
            return False
        self.note_edited.emit(self._rows[index.row()].number, value)
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return HEADINGS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section == ANSWERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


def _texts(row: VersionRow) -> tuple[str, ...]:
    name = f"{row.name} · in force" if row.in_force else row.name
    return name, row.when, row.answers, row.figure, row.recipe, row.training, row.note


def _tip(row: VersionRow, column: int) -> str:
    match column:
        case 0:
            return "\n".join(filter(None, (row.when, row.recipe, row.training)))
        case 3:
            return "\n".join(filter(None, (row.figure_tip, row.remarks)))
        case 6:
            return row.note or "F2 or a double click writes a note"
        case _:
            return _texts(row)[column]
