"""The table of what an import would do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from app.models.import_preview import PreviewModel, PreviewRow
from app.theme import Theme


class PreviewTable(QTableView):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = PreviewModel(theme.warning, self)
        self.setModel(self.rows)
        self.setObjectName("preview")
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.row_dense)
        self.setMinimumHeight(9 * theme.row_dense)
        heading = self.horizontalHeader()
        for column, way in enumerate(
            (QHeaderView.ResizeMode.Stretch,) * 2 + (QHeaderView.ResizeMode.ResizeToContents,)
        ):
            heading.setSectionResizeMode(column, way)
        heading.setHighlightSections(False)

    def show_rows(self, rows: Sequence[PreviewRow], *, sources: bool) -> None:
        """`sources`: each row is a folder; else an answer of a table."""
        self.rows.show(rows, ("Folder", "Read as", "Files") if sources else ("", "Answer", "Images"))
        self.setColumnHidden(0, not sources)
