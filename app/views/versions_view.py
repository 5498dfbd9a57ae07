"""The versions view: every version with its figure, loss curves side by side, and what changed between two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from app.loading.thumbnails import ThumbnailLoader
from app.models.versions import CompareState, VersionRow
from app.models.versions_model import ANSWERS, FIGURE, HEADINGS, NOTE, RECIPE, TRAINING, VERSION, WHEN, VersionsModel
from app.theme import Theme
from app.views.compare_pane import ComparePane
from app.views.empty_view import SLOW_MS
from app.views.sections import bare

if TYPE_CHECKING:
    from app.views.curve_row import Curve, CurveRow

MOST_CURVES = 3
_WIDTHS = {VERSION: 114, WHEN: 136, ANSWERS: 90, FIGURE: 244, RECIPE: 72, TRAINING: 100, NOTE: 64}
_NOTE = 180
"""What a note has to be read and written in, where that can be had."""
_SHORTEST = 120
"""Of a figure, in a window so small that it cannot be whole."""
_GIVE_WAY = (TRAINING, RECIPE, WHEN)
_CURVES = 396
_SHARE = 0.36
"""Of the height, for the table and the curves."""
_CURVES_SHARE = 0.3
"""Of the width, for the curves, where that is more than they need."""
_CURVES_MOST = 0.34
"""In a small window, where the table needs it more."""


class VersionTable(QTableView):
    entered = Signal()
    """Enter was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme | None = None

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.verticalHeader().setDefaultSectionSize(theme.row_dense + theme.grid)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, theme.px(width))
        self.fit_figures()

    def fit_figures(self) -> None:
        """Answers and figures are whole; what a tip says too gives way to notes, so that nothing scrolls sideways."""
        if self._theme is None:
            return
        for column in _WIDTHS:
            self.setColumnHidden(column, False)
        for column in (ANSWERS, FIGURE):
            self.setColumnWidth(column, max(self._theme.px(_WIDTHS[column]), self.sizeHintForColumn(column)))
        for column in _GIVE_WAY:
            if self._left_for_notes() < self._theme.px(_NOTE):
                self.setColumnHidden(column, True)
        lacking = self._theme.px(_WIDTHS[NOTE]) - self._left_for_notes()
        if lacking > 0:
            self.setColumnWidth(FIGURE, max(self._theme.px(_SHORTEST), self.columnWidth(FIGURE) - lacking))

    def _left_for_notes(self) -> int:
        return self.viewport().width() - sum(self.columnWidth(column) for column in _WIDTHS if column != NOTE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_figures()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() is QAbstractItemView.State.EditingState:
            event.accept()  # the note lets Enter through, and is committed after it: it keeps the focus until then
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.text() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # letters are acts, not a search
        else:
            super().keyPressEvent(event)


class VersionsView(QWidget):
    selection_changed = Signal()
    note_edited = Signal(int, str)
    image_opened = Signal(int)

    def __init__(self, theme: Theme, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: CurveRow | None = None
        self._silent = self._waiting = self._reading = self._compared = False
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(self._tell_comparing)
        self.model = VersionsModel(self)
        self.table = VersionTable(self)
        self.pane = ComparePane(theme, thumbnails, self)
        self._line = QFrame(self)
        self._dress_table()
        self._lay_out()
        self.model.note_edited.connect(self.note_edited)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.table.entered.connect(self._into_flips)
        self.pane.image_opened.connect(self.image_opened)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.pane.set_theme(theme)
        side = 3 * theme.grid
        self._top.setContentsMargins(side, side, side, 2 * theme.grid)
        self._top.setSpacing(side)
        self._line.setFixedHeight(1)
        self.table.set_theme(theme)
        self.model.set_rows(self.model.rows, theme.font(bold=True))
        self._fit()

    def show_rows(self, rows: Sequence[VersionRow]) -> None:
        """Newest first. What is selected stays selected."""
        chosen = self.selected()
        self._silent = True
        self.model.set_rows(rows, self._theme.font(bold=True))
        self.table.fit_figures()
        if self.selected() != chosen:
            self.select(chosen)
        self._silent = False

    def select(self, numbers: Sequence[int]) -> None:
        """The rows of these versions, and no others."""
        selection, last = QItemSelection(), self.model.columnCount() - 1
        rows = [place for place, row in enumerate(self.model.rows) if row.number in numbers]
        for place in rows:
            selection.select(self.model.index(place, 0), self.model.index(place, last))
        flag = QItemSelectionModel.SelectionFlag
        self.table.selectionModel().select(selection, flag.ClearAndSelect)
        if rows:
            self.table.selectionModel().setCurrentIndex(self.model.index(rows[0], 0), flag.NoUpdate)

    def selected(self) -> list[int]:
        """Numbers, the oldest first."""
        places = {index.row() for index in self.table.selectionModel().selectedRows()}
        return sorted(self.model.rows[place].number for place in places if place < len(self.model.rows))

    def current(self) -> int | None:
        """The version that the person stands on."""
        place = self.table.currentIndex().row()
        return self.model.rows[place].number if 0 <= place < len(self.model.rows) else None

    def edit_note(self) -> None:
        place = self.table.currentIndex().row()
        if place >= 0:
            self.table.edit(self.model.index(place, NOTE))

    def wait_for_curves(self) -> None:
        """They are being read; until then what is there stays."""
        self._reading = True

    def show_curves(self, curves: Sequence[Curve]) -> None:
        self._reading = False
        if self._curves is None:
            from app.views.curve_row import CurveRow  # pyqtgraph takes a while to load

            self._curves = CurveRow(self)
            self._top.addWidget(self._curves)
            self._fit()
        self._curves.show_curves(curves[-MOST_CURVES:])

    def wait_for_comparison(self) -> None:
        """One is being worked out; until then what is there stays, and where nothing is it says so."""
        self._waiting = True
        if not self._compared:
            self._slow.start()

    def show_comparison(self, state: CompareState) -> None:
        self._waiting, self._compared = False, True
        self._slow.stop()
        self.pane.show_state(state)

    def step_back(self) -> bool:
        """Out of the thumbnails, to the table; False where that is where the person is."""
        if self.pane.grid.hasFocus():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return False

    def is_settled(self) -> bool:
        whole = not self._reading and (self._curves is None or self._curves.is_whole)
        return whole and not self._waiting and self.pane.is_settled()

    def resizeEvent(self, event: object) -> None:
        self._fit()

    @Slot()
    def _tell_comparing(self) -> None:
        self.pane.show_state(CompareState(title="Comparing the versions…"))

    @Slot()
    def _on_selected(self) -> None:
        if not self._silent:
            self.selection_changed.emit()

    @Slot()
    def _into_flips(self) -> None:
        if self.pane.grid.isVisible():
            self.pane.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fit(self) -> None:
        self.table.setFixedHeight(max(self._theme.px(120), round(self.height() * _SHARE)))
        if self._curves is not None:
            wanted = max(self._theme.px(_CURVES), round(self.width() * _CURVES_SHARE))
            self._curves.setFixedWidth(min(wanted, round(self.width() * _CURVES_MOST)))

    def sizeHint(self) -> QSize:
        return QSize(900, 600)

    def _dress_table(self) -> None:
        table = self.table
        table.setObjectName("versions")
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.horizontalHeader().moveSection(WHEN, FIGURE)  # a small window has no room for both
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        assert len(_WIDTHS) == len(HEADINGS)

    def _lay_out(self) -> None:
        self._line.setObjectName("line")
        self._top = QHBoxLayout()
        self._top.addWidget(self.table, 1)
        layout = bare(QVBoxLayout(self))
        layout.addLayout(self._top)
        layout.addWidget(self._line)
        layout.addWidget(self.pane, 1)
