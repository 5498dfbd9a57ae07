"""The tags that a unified head would get, each with its box to leave it out and how its answers would stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.views.figures import count
from core.project.tag_counts import TagCount

Index = QModelIndex | QPersistentModelIndex
_HEADINGS = ("Tag", "From", "Yes", "No", "Unknown", "To review", "Likely")
_TIPS = (
    "A label that is left out becomes no tag: its images are a no to the other tags of its head",
    "The head whose label it is",
    "Images that have it",
    "Images that do not have it",
    "Images that nobody was asked about: they teach nothing of this tag",
    "Images with a word of another head where this one has an opinion; it is shown, and no answer is made of it",
    "Of those to review, the images that the head says yes to",
)
_FIRST_FIGURE = 2
_COUNTING = "…"
Role = Qt.ItemDataRole


@dataclass(frozen=True, slots=True)
class TagRow:
    """A label of one of the heads."""

    head: str
    label: str
    taken: bool
    """It becomes a tag."""
    fixed: bool = False
    """The unified head is there, and has it or not."""
    name: str = ""
    """Of the tag, where that is not the label's."""
    figures: TagCount | None = None


class TagTable(QAbstractTableModel):
    """Look-ups only, and the boxes."""

    toggled = Signal()

    def __init__(self, dim: QColor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dim = dim
        self.rows: tuple[TagRow, ...] = ()
        self._counts = False

    def show_rows(self, rows: Sequence[TagRow]) -> None:
        """Where they are the same labels, the table keeps its selection."""
        self._counts = False
        same = [(row.head, row.label) for row in rows] == [(row.head, row.label) for row in self.rows]
        if not same:
            self.beginResetModel()
        self.rows = tuple(rows)
        if not same:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(_HEADINGS) - 1))

    def wait_for_figures(self) -> None:
        """Marks what is being counted, until rows are shown."""
        self._counts = True
        if self.rows:
            self.dataChanged.emit(self.index(0, _FIRST_FIGURE), self.index(len(self.rows) - 1, len(_HEADINGS) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_HEADINGS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        can_toggle = index.column() == 0 and not self.rows[index.row()].fixed
        return flags | Qt.ItemFlag.ItemIsUserCheckable if can_toggle else flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], index.column()
        match role:
            case Role.DisplayRole:
                return _COUNTING if self._is_counted(row, column) else _text(row, column)
            case Role.CheckStateRole if column == 0:
                return Qt.CheckState.Checked if row.taken else Qt.CheckState.Unchecked
            case Role.TextAlignmentRole if column >= _FIRST_FIGURE:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Role.ForegroundRole if column == 1 or not row.taken or self._is_counted(row, column):
                return self._dim
            case Role.ToolTipRole:
                return _TIPS[column] if column >= _FIRST_FIGURE else _text(row, column)
            case _:
                return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        if role != Role.CheckStateRole or not index.isValid() or self.rows[index.row()].fixed:
            return False
        rows = list(self.rows)
        rows[index.row()] = replace(
            rows[index.row()], taken=Qt.CheckState(value) is Qt.CheckState.Checked, figures=None
        )
        self.show_rows(rows)
        self.toggled.emit()
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        match role:
            case Role.DisplayRole:
                return _HEADINGS[section]
            case Role.ToolTipRole:
                return _TIPS[section]
            case Role.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if section >= _FIRST_FIGURE else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
            case _:
                return None

    def _is_counted(self, row: TagRow, column: int) -> bool:
        return self._counts and column >= _FIRST_FIGURE and row.taken and row.figures is None


def _text(row: TagRow, column: int) -> str:
    if column == 0:
        return row.name or row.label
    if column == 1:
        return row.head
    if not row.taken:
        return "–"
    if row.figures is None:
        return ""
    one = row.figures
    return count((one.yes, one.no, one.unknown, one.review, one.likely)[column - _FIRST_FIGURE])
