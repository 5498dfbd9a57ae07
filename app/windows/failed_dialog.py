"""The files that could not be read as pictures, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.windows.fitting import grow_to_fit
from core.wording import counted

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


class _TwoLines(QStyledItemDelegate):
    """Of a file its whole name, and below it the folder without its middle; a reason takes both lines."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        if index.column() == 0:
            folder, _, name = str(index.data()).rpartition("/")
            metrics, room = QFontMetrics(option.font), _room(option)
            option.text = "\u2028".join(
                metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room) for text in (name, folder) if text
            )


def _room(option: QStyleOptionViewItem) -> int:
    """Of a cell, for its text."""
    style = option.widget.style()
    inside = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, option, option.widget).width()
    return inside - 2 * (style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, option, option.widget) + 1)


class FailedDialog(QDialog):
    def __init__(
        self,
        failed: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
        *,
        title: str = "Files that failed",
        summary: str = "",
    ) -> None:
        """`summary`: instead of what a scan would say."""
        super().__init__(parent)
        self._failed = tuple(failed)
        self._text = summary or self._summary()
        self.setWindowTitle(title)
        line = self.fontMetrics().height()
        self.resize(48 * line, (26 if self._failed else 12 if summary else 6) * line)
        layout = QVBoxLayout(self)
        layout.addWidget(_words(self._text, self))
        layout.addWidget(self._table(line))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton("Copy the list" if self._failed else "Copy", QDialogButtonBox.ButtonRole.ActionRole)
        copy.setAutoDefault(False)
        copy.setEnabled(bool(self._failed or summary))
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        copy.clicked.connect(self.copy_list)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        buttons.button(QDialogButtonBox.StandardButton.Close).setFocus()
        grow_to_fit(self)

    def _table(self, line: int) -> QTableView:
        table = QTableView(self)
        table.setObjectName("preview")
        table.setModel(FailedFilesModel(self._failed, self))
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setItemDelegate(_TwoLines(table))
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(2 * line + line // 2)
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.setVisible(bool(self._failed))
        return table

    def copy_list(self) -> None:
        rows = "\n".join(f"{path}\t{reason}" for path, reason in self._failed)
        QGuiApplication.clipboard().setText(rows or self._text)

    def _summary(self) -> str:
        if not self._failed:
            return "Every file could be read."
        files = counted(len(self._failed), "file")
        return (
            f"{files} could not be read as a picture. They are left alone; each look at the folders tries them again."
        )


def _words(text: str, parent: QWidget) -> QLabel:
    """Can be marked and copied."""
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
