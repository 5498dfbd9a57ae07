"""The files that could not be read as pictures, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

Index = QModelIndex | QPersistentModelIndex
_HEADINGS = ("File", "Reason")


class FailedFilesModel(QAbstractTableModel):
    """(path, reason) pairs; look-ups only."""

    def __init__(self, failed: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._failed = tuple(failed)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._failed)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_HEADINGS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) and index.isValid():
            return self._failed[index.row()][index.column()]
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return _HEADINGS[section]
        return None


class FailedDialog(QDialog):
    def __init__(self, failed: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._failed = tuple(failed)
        self.setWindowTitle("Files that failed")
        line = self.fontMetrics().height()
        self.resize(48 * line, 26 * line)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(self._summary(), self))
        table = QTableView(self)
        table.setModel(FailedFilesModel(self._failed, self))
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        layout.addWidget(table)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton("Copy the list", QDialogButtonBox.ButtonRole.ActionRole)
        copy.setAutoDefault(False)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        copy.clicked.connect(self.copy_list)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def copy_list(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(f"{path}\t{reason}" for path, reason in self._failed))

    def _summary(self) -> str:
        if not self._failed:
            return "Every file could be read."
        files = "1 file" if len(self._failed) == 1 else f"{len(self._failed):,} files"
        return f"{files} could not be read as a picture. They are left alone and looked at again when they change."
