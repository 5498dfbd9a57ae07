"""Shows what would be copied, linked or moved: each file with its picture, its name there, and where it lies."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from app.delegates.scored_delegate import ROW, ScoredDelegate
from app.loading.thumbnails import ThumbnailLoader
from app.models.planned import PlannedFile, PlannedModel
from app.theme import Theme
from core.values import ImageId

_VIEWER = "preview"


class PutPreviewDialog(QDialog):
    def __init__(
        self,
        told: str,
        files: Sequence[PlannedFile],
        rest: str,
        theme: Theme,
        thumbnails: ThumbnailLoader,
        parent: QWidget | None = None,
    ) -> None:
        """`rest`: of how many more files; empty where these are all."""
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._ids = [ImageId(place) for place in range(len(files))]
        self.setWindowTitle("Preview")
        line = self.fontMetrics().height()
        self.resize(46 * line, 30 * line)
        self.told = QLabel(told, self)
        self.told.setWordWrap(True)
        self.table = self._table(files, theme)
        self.set_theme(theme)
        self.rest = QLabel(rest, self)
        self.rest.setVisible(bool(rest))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for part in (self.told, self.table, self.rest, buttons):
            layout.addWidget(part, int(part is self.table))
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        self.table.setFocus()  # arrows go through the files; Enter and Esc close
        thumbnails.loaded.connect(self._take_thumbnail)

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Also while it is open."""
        self._delegate.set_theme(theme)
        self.table.verticalHeader().setDefaultSectionSize(theme.px(ROW))
        self._thumbnails.set_density(self.devicePixelRatioF() * theme.scale)
        self._thumbnails.want(_VIEWER, self._ids)
        self.table.viewport().update()

    def is_settled(self) -> bool:
        loader = self._thumbnails
        return all(loader.pixmap(one) is not None or loader.unreadable(one) for one in self._ids)

    @Slot(int)
    def done(self, result: int) -> None:
        self._thumbnails.want(_VIEWER, ())
        super().done(result)

    def _table(self, files: Sequence[PlannedFile], theme: Theme) -> QTableView:
        table = QTableView(self)
        model = PlannedModel(files, table)
        table.setModel(model)
        middle = Qt.TextElideMode.ElideMiddle
        self._delegate = ScoredDelegate(theme, model, self._thumbnails, table, elide=middle)
        table.setItemDelegate(self._delegate)
        table.setShowGrid(False)
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return table

    @Slot(int)
    def _take_thumbnail(self, _: int) -> None:
        self.table.viewport().update()
