"""The side of the apply view: what is scored by which heads, what passes, and what is done with it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.models.applied import ApplyState, PutPlan
from app.models.tried import HeadToTry
from app.theme import Theme
from app.views.elided_label import ElidedLabel
from app.views.figures import count
from app.views.limit_rows import LimitRows
from app.views.sections import Sections, button, side_by_side
from app.views.still_fields import keep_still
from core.scoring.transfers import Act

_ACTS = {Act.COPY: "Copy", Act.LINK: "Link", Act.MOVE: "Move"}
_LINES = {"sources": 2, "heads": 3}
_TOLD_LINES = 5
_MOST = 10_000_000


class ApplyPanel(Sections):
    act_requested = Signal(str)
    recursive_toggled = Signal(bool)
    head_toggled = Signal(str)
    limit_changed = Signal(str, object, object, object)
    """model, label, at least, at most"""
    top_changed = Signal(object)
    """How many of the highest, or None for all."""
    plan_changed = Signal(object)
    """PutPlan"""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._state = ApplyState()
        self._heads_shown: tuple[HeadToTry, ...] | None = None
        self._add_asking()
        self._add_passing()
        self._add_putting()
        self.footer = QWidget(parent)
        """What can be done and what was done last; it stays in sight below the sections."""
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._told_area = QScrollArea(self.footer)
        self._told_area.setFrameShape(QFrame.Shape.NoFrame)
        self._told_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._told_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._told_area.setWidgetResizable(True)
        self._told_area.setWidget(self.told)
        self.put_back = self._button("Put back", "Undo it: moved files go back, copies are removed", "score_undo")
        self.footer.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._below = QVBoxLayout(self.footer)
        self._below.addWidget(self._putting)
        self._below.addWidget(self._told_area)
        self._below.addLayout(side_by_side(self.put_back))
        self.set_theme(theme)
        self.show_state(self._state)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        for name, lines in _LINES.items():
            if (shown := getattr(self, name, None)) is not None:
                shown.setFixedHeight(lines * theme.row_dense + 2 * theme.grid)
        if (below := getattr(self, "_below", None)) is not None:
            below.setContentsMargins(3 * theme.grid, 2 * theme.grid, 3 * theme.grid, 3 * theme.grid)
        for name in ("busy", "target", "limits"):
            if (part := getattr(self, name, None)) is not None:
                part.set_theme(theme)

    def show_state(self, state: ApplyState) -> None:
        before, self._state = self._state, state
        if state.sources != before.sources:
            self.sources.clear()
            self.sources.addItems(list(state.sources))
        if state.heads != self._heads_shown:
            self._fill_heads(state.heads)
        self._show_asking(state)
        self._passing.setVisible(state.scored)
        self._putting.setVisible(state.scored)
        self.limits.show_limits(state.limits)
        self._show_plan(state)
        self.told.setText(state.told)
        self._told_area.setVisible(bool(state.told))
        self.footer.setVisible(state.scored or bool(state.told) or state.can_put_back)
        self._fit_told()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_told()

    def _fit_told(self) -> None:
        """As high as its text, within bounds: a long preview scrolls and pushes nothing away."""
        wide = self.footer.width() - 8 * self._theme.grid
        lines = max(0, self.told.heightForWidth(max(wide, 1)))
        self._told_area.setFixedHeight(
            min(lines, _TOLD_LINES * self.told.fontMetrics().lineSpacing() + self._theme.grid)
        )

    def _show_asking(self, state: ApplyState) -> None:
        running = bool(state.busy)
        with QSignalBlocker(self.recursive):
            self.recursive.setChecked(state.recursive)
        self.busy.set_text(state.busy)
        self.busy.setVisible(running)
        self.stop.setVisible(running)
        self.start.setEnabled(not running and bool(state.sources))
        self.clear.setEnabled(not running and bool(state.sources))

    def _show_plan(self, state: ApplyState) -> None:
        plan, running = state.plan, bool(state.busy)
        with QSignalBlocker(self.act), QSignalBlocker(self.structure):
            self.act.setCurrentIndex(self.act.findData(plan.act.value))
            self.structure.setChecked(plan.keep_structure)
        self.target.set_text(plan.folder or "No folder chosen", tip=plan.folder)
        files = "1 file" if state.passed == 1 else f"{count(state.passed)} files"
        self.put.setText(f"{_ACTS[plan.act]} {files}")
        ready = not running and state.passed > 0
        self.preview.setEnabled(ready and bool(plan.folder))
        self.put.setEnabled(ready and bool(plan.folder))
        self.table.setEnabled(ready)
        self.sheet.setEnabled(ready)
        self.put_back.setVisible(state.can_put_back)
        self.put_back.setEnabled(not running)

    def _fill_heads(self, heads: tuple[HeadToTry, ...]) -> None:
        self._heads_shown = heads
        with QSignalBlocker(self.heads):
            self.heads.clear()
            for head in heads:
                item = QListWidgetItem(f"{head.name}  ·  {head.detail}")
                item.setToolTip(head.model)
                item.setData(Qt.ItemDataRole.UserRole, head.model)
                item.setCheckState(Qt.CheckState.Checked if head.chosen else Qt.CheckState.Unchecked)
                self.heads.addItem(item)

    def _add_asking(self) -> None:
        self.sources = QListWidget(self)
        self.sources.setTextElideMode(Qt.TextElideMode.ElideLeft)
        self.sources.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.recursive = QCheckBox("With the folders inside", self)
        self.recursive.toggled.connect(self.recursive_toggled)
        self.clear = self._button("Clear", "The files stay as they are", "score_clear")
        add = self._button("Folder…", "A folder of pictures; or drop one here", "score_folder_add")
        files = self._button("Files…", "Pictures, wherever they are", "score_files_add")
        _, column = self.add("Pictures")
        column.addWidget(self.sources)
        column.addLayout(side_by_side(add, files, self.clear))
        column.addWidget(self.recursive)
        self.heads = QListWidget(self)
        self.heads.itemChanged.connect(self._toggle_head)
        self.start = self._button("Score", "Nothing is copied or changed", "score_start")
        self.start.setProperty("primary", True)
        self.stop = self._button("Cancel", "What is embedded is kept: the next time goes on there", "score_stop")
        self.busy = ElidedLabel(self._theme, self, dim=True)
        _, column = self.add("Heads")
        column.addWidget(self.heads)
        more = self._button("Head file…", ".safetensors or .pth", "score_heads_add")
        column.addLayout(side_by_side(more, QWidget(self), self.stop, self.start, stretch=(1,)))
        column.addWidget(self.busy)

    def _add_passing(self) -> None:
        self.limits = LimitRows(self._theme, self)
        self.limits.changed.connect(self.limit_changed)
        self.top = QSpinBox(self)
        self.top.setRange(0, _MOST)
        self.top.setSpecialValueText("all")
        self.top.setKeyboardTracking(False)
        self.top.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.top.setToolTip("Of what is within the limits, so many of the highest by the first head")
        self.top.valueChanged.connect(lambda number: self.top_changed.emit(number or None))
        self._passing, column = self.add("What passes")
        column.addWidget(self.limits)
        column.addLayout(side_by_side(QLabel("of these the highest", self), self.top, stretch=(0,)))

    def _add_putting(self) -> None:
        self.act = QComboBox(self)
        for act, text in _ACTS.items():
            self.act.addItem(text, act.value)
        self.act.activated.connect(self._change_plan)
        keep_still(self.act, self.top)
        self.structure = QCheckBox("Keep folders", self)
        self.structure.setToolTip("With the folders below each folder that was scored")
        self.structure.toggled.connect(self._change_plan)
        self.target = ElidedLabel(self._theme, self, dim=True, mode=Qt.TextElideMode.ElideLeft)
        target = self._button("To…", "The folder they are put in", "score_target")
        self.preview = self._button("Preview", "Say what would go where; nothing is touched", "score_preview")
        self.put = self._button("Copy", "Nothing is written over; it can be put back", "score_put")
        self.table = self._button("Table…", "What passes as CSV, JSON lines or Parquet", "score_table")
        self.sheet = self._button("Contact sheet…", "One picture of the first hundred", "score_sheet")
        self._putting, column = self.add("What is done with it")
        column.addLayout(side_by_side(self.act, self.structure))
        column.addLayout(side_by_side(target, self.target, stretch=(1,)))
        column.addLayout(side_by_side(self.preview, self.put))
        column.addLayout(side_by_side(self.table, self.sheet))

    def _button(self, text: str, tip: str, act: str) -> QPushButton:
        return button(text, tip, partial(self.act_requested.emit, act), self)

    @Slot(QListWidgetItem)
    def _toggle_head(self, item: QListWidgetItem) -> None:
        self.head_toggled.emit(item.data(Qt.ItemDataRole.UserRole))

    @Slot()
    def _change_plan(self) -> None:
        plan = PutPlan(Act(self.act.currentData()), self._state.plan.folder, self.structure.isChecked())
        self.plan_changed.emit(plan)
