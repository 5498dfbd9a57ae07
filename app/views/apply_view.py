"""The apply view: folders scored by heads, filtered by what they say, and copied, linked or moved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.loading.thumbnails import ThumbnailLoader
from app.models.applied import ApplyState
from app.models.bars import EmptyAction
from app.theme import Theme
from app.views.apply_panel import ApplyPanel
from app.views.dropped import files_of
from app.views.elided_label import ElidedLabel
from app.views.empty_view import EmptyView
from app.views.figures import count
from app.views.scored_table import ScoredTable
from app.views.sections import button, side_by_side
from core.jobs.file_results import ScoreResult

_PANEL_GROWTH = 1.25
_TITLE = "Score whole folders"
_ADD = "Add a folder…"
_TEXT = (
    "Add folders, choose heads, and press Score. You see what passes before anything is copied; "
    "the pictures are only read, and no project is needed."
)


class ApplyView(QWidget):
    act_requested = Signal(str)
    files_dropped = Signal(object)
    """list[Path]"""
    only_passing_toggled = Signal(bool)

    def __init__(self, theme: Theme, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panel = ApplyPanel(theme, self)
        self.table = ScoredTable(theme, thumbnails, self)
        self._empty = EmptyView(theme, self)
        self.counts = ElidedLabel(theme, self, bold=True)
        self._only = QCheckBox("Only what passes", self)
        self.failed: QPushButton = button("", "Files that could not be judged", self._ask_for_failed, self)
        self.setAcceptDrops(True)
        self._lay_out()
        self._only.clicked.connect(self.only_passing_toggled)
        for asking in (self.panel, self._empty):
            asking.act_requested.connect(self.act_requested)
        self._offered: tuple[EmptyAction, ...] = ()
        self.set_theme(theme)
        self.show_state(ApplyState())

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for part in (self.panel, self.table, self._empty, self.counts):
            part.set_theme(theme)
        self._bar.setFixedHeight(theme.bar_height)
        self._bar_row.setContentsMargins(3 * theme.grid, 0, 3 * theme.grid, 0)
        self._fit_panel()

    def show_state(self, state: ApplyState) -> None:
        self.panel.show_state(state)
        self._offer(state)
        self._pages.setCurrentWidget(self._work if state.scored else self._empty)
        self.counts.set_text(f"{count(state.passed)} of {count(state.judged)} pass")
        self._only.setChecked(state.only_passing)
        self.failed.setVisible(state.failed > 0)
        files = "file" if state.failed == 1 else "files"
        self.failed.setText(f"{count(state.failed)} {files} failed…")

    def show_result(
        self,
        result: ScoreResult | None,
        values: Sequence[NDArray[np.float64]],
        passed: NDArray[np.bool_],
        *,
        only_passing: bool,
    ) -> None:
        self.table.scored.show_result(result, values, passed, only_passing=only_passing)

    def is_settled(self) -> bool:
        return self.table.is_settled()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_of(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = files_of(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.files_dropped.emit(files)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_panel()

    def _offer(self, state: ApplyState) -> None:
        """What comes next, as the main button in the middle."""
        add = EmptyAction("score_folder_add", _ADD, primary=not state.sources)
        start = EmptyAction("score_start", "Score", primary=True)
        offered = () if state.busy else (start, add) if state.sources else (add,)
        if offered != self._offered:
            self._offered = offered
            self._empty.set_content(_TITLE, _TEXT, offered)

    def _ask_for_failed(self) -> None:
        self.act_requested.emit("score_failed")

    def _fit_panel(self) -> None:
        least = self._theme.panel_width
        self._side.setFixedWidth(max(least, min(self.width() // 4, round(least * _PANEL_GROWTH))))

    def _lay_out(self) -> None:
        self._bar = QWidget(self)
        self._bar_row = side_by_side(self.counts, self._only, self.failed, stretch=(0,))
        self._bar.setLayout(self._bar_row)
        self._work = QWidget(self)
        work = QVBoxLayout(self._work)
        work.setContentsMargins(0, 0, 0, 0)
        work.setSpacing(0)
        work.addWidget(self._bar)
        work.addWidget(self.table, 1)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._work)
        self._side = QWidget(self)
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(0)
        side.addWidget(self.panel, 1)
        side.addWidget(self.panel.footer)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side)
        row.addWidget(self._pages, 1)
