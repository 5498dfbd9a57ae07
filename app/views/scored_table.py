"""The list of scored files: thumbnails, names, what each head says; a click on a heading orders it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from app.delegates.scored_delegate import ROW, ScoredDelegate
from app.loading.thumbnails import ThumbnailLoader
from app.models.scored_model import NAME, ScoredModel
from app.theme import Theme
from core.values import ImageId

_ANSWER = 240
"""Width of a head's column of labels."""
_SCORE = 120
"""Width of a head's column of scores."""
_FILE = 260
"""Left for the file where several heads share the rest."""
_LEAST = 160
"""Of any column: a picture and the end of a name."""


class ScoredTable(QTableView):
    opened = Signal(str)
    """The path of a file to be looked at."""

    def __init__(self, theme: Theme, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._thumbnails = thumbnails
        self.scored = ScoredModel(self)
        self._delegate = ScoredDelegate(theme, self.scored, thumbnails, self)
        self._fitted: list[int] = []
        """Widths of the heads' columns when they were last made to fit."""
        self._look_soon = QTimer(self, singleShot=True, interval=0)
        self._dress()
        self.set_theme(theme)
        self._look_soon.timeout.connect(self._look_up)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.scored.modelReset.connect(self._fit)
        self.scored.layoutChanged.connect(self._scrolled)
        self.activated.connect(self._open)
        thumbnails.loaded.connect(self._take_thumbnail)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._delegate.set_theme(theme)
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW))
        self.horizontalHeader().setMinimumSectionSize(theme.px(_SCORE))
        self._fit()

    def is_settled(self) -> bool:
        """Every row in sight has its picture, or never will."""
        loader = self._thumbnails
        return not self._look_soon.isActive() and all(
            loader.pixmap(image) is not None or loader.unreadable(image) for image in self._in_sight()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._widths() == self._fitted:  # the person chose none
            self._fit()
        self._look_soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._thumbnails.set_density(self.devicePixelRatioF() * self._theme.scale)
        self._look_soon.start()

    def keyboardSearch(self, search: str) -> None:
        """Letters are acts; a search would read every row of a large folder."""

    @Slot()
    def _fit(self) -> None:
        """Answers give way to each other, down to a few letters, before the table is wider than its room."""
        columns = range(self.scored.columnCount())
        scores = sum(self.scored.is_score(column) for column in columns)
        answers = max(1, len(columns) - 1 - scores)
        room = (self.viewport().width() - self._theme.px(_FILE) - scores * self._theme.px(_SCORE)) // answers
        width = max(self._theme.px(_LEAST), min(room, self._theme.px(_ANSWER)))
        for column in columns:
            mode = QHeaderView.ResizeMode.Stretch if column == NAME else QHeaderView.ResizeMode.Interactive
            self.horizontalHeader().setSectionResizeMode(column, mode)
            if column != NAME:
                self.setColumnWidth(column, self._theme.px(_SCORE) if self.scored.is_score(column) else width)
        self._fitted = self._widths()
        self._look_soon.start()

    def _widths(self) -> list[int]:
        return [self.columnWidth(column) for column in range(self.scored.columnCount()) if column != NAME]

    @Slot()
    def _scrolled(self) -> None:
        self._look_soon.start()  # not connected directly: start would take the scroll bar's value for a time

    @Slot()
    def _look_up(self) -> None:
        if self.isVisible():
            self._thumbnails.want("scored", self._in_sight())
            self.viewport().update()

    @Slot(int)
    def _take_thumbnail(self, _: int) -> None:
        self.viewport().update()

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.scored.path_of(index.row()))

    def _in_sight(self) -> list[ImageId]:
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        if first < 0:
            return []
        end = last + 1 if last >= 0 else self.scored.rowCount()
        return [ImageId(place) for place in self.scored.places(range(first, end))]

    def _dress(self) -> None:
        self.setModel(self.scored)
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heading = self.horizontalHeader()
        heading.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heading.setHighlightSections(False)
        heading.setSortIndicator(1, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
