"""The side of the apply view: what is scored by which heads, what passes, and what is done with it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from app.models.applied import ApplyState
from app.models.tried import HeadToTry
from app.theme import Theme
from app.views.elided_label import ElidedLabel
from app.views.limit_rows import LimitRows
from app.views.put_box import PutBox
from app.views.route_box import RouteBox
from app.views.sections import Sections, button, side_by_side
from app.views.still_fields import keep_still
from app.views.way_boxes import WayBoxes

_LINES = {"sources": (1, 2), "heads": (2, 3)}
"""At least and at most."""
_MOST = 10_000_000


class ApplyPanel(Sections):
    act_requested = Signal(str)
    recursive_toggled = Signal(bool)
    head_toggled = Signal(str)
    limit_changed = Signal(str, object, object, object)
    """model, labels, at least, at most"""
    top_changed = Signal(object)
    """How many of the highest, or None for all."""
    lead_changed = Signal(str)
    """model: the highest are those of this head."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._state = ApplyState()
        self._heads_shown: tuple[HeadToTry, ...] | None = None
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._turn_to_limits)
        self._add_asking()
        self._add_passing()
        self.footer = PutBox(theme, "score", parent)
        self.footer.act_requested.connect(self.act_requested)
        self.table = self._button("Table…", "What passes as CSV, JSON lines or Parquet", "score_table")
        self.sheet = self._button("Contact sheet…", "One picture of the first hundred", "score_sheet")
        self.footer.add_row(self.table, self.sheet)
        self.set_theme(theme)
        self.show_state(self._state)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._fit_lists()
        for name in ("busy", "route", "limits", "footer"):
            if (part := getattr(self, name, None)) is not None:
                part.set_theme(theme)

    def _fit_lists(self) -> None:
        """As high as what they hold, within bounds: in a low window what passes is to be in sight too."""
        for name, (least, most) in _LINES.items():
            if (shown := getattr(self, name, None)) is not None:
                lines = max(least, min(shown.count() or most, most))
                shown.setFixedHeight(lines * self._theme.row_dense + 2 * self._theme.grid)

    def show_state(self, state: ApplyState) -> None:
        before, self._state = self._state, state
        if state.scored and [one.model for one in state.limits] != [one.model for one in before.limits]:
            self._turn.start()
        if state.sources != before.sources:
            self.sources.clear()
            self.sources.addItems(list(state.sources))
        if state.heads != self._heads_shown:
            self._fill_heads(state.heads)
        self._fit_lists()
        self._show_asking(state)
        self._passing.setVisible(state.scored)
        self._routing.setVisible(state.scored and bool(state.routes.deciding))
        self.route.show_choices(state.routes)
        self.limits.show_limits(state.limits)
        self._show_lead(state)
        self._show_plan(state)
        self.footer.setVisible(state.scored or bool(state.told) or state.can_put_back)

    @Slot()
    def _turn_to_limits(self) -> None:
        """What comes after scoring is to be in sight: in a low window it takes the place of what was asked."""
        self.ensureWidgetVisible(self._passing, 0, 0)

    def _show_lead(self, state: ApplyState) -> None:
        held = [(self.lead.itemText(place), self.lead.itemData(place)) for place in range(self.lead.count())]
        heads = [(limits.name, limits.model) for limits in state.limits]
        if held != heads:
            self.lead.clear()
            for name, model in heads:
                self.lead.addItem(name, model)
        self.lead.setCurrentIndex(self.lead.findData(state.lead))
        for part in (self._by, self.lead):
            part.setVisible(len(heads) > 1)

    def _show_asking(self, state: ApplyState) -> None:
        running = bool(state.busy)
        with QSignalBlocker(self.recursive):
            self.recursive.setChecked(state.recursive)
        self.ways.show_ways(state.tiles, state.combine)
        self.busy.set_text(state.busy)
        self.busy.setVisible(running)
        self.stop.setVisible(running)
        self.start.setEnabled(not running and bool(state.sources))
        self.clear.setEnabled(not running and bool(state.sources))

    def _show_plan(self, state: ApplyState) -> None:
        running = bool(state.busy)
        ready = not running and state.passed > 0
        self.footer.asking.setVisible(state.scored)
        self.footer.show_plan(state.plan, state.passed, running=running)
        self.footer.show_told(state.told, can_put_back=state.can_put_back, running=running)
        self.table.setEnabled(ready)
        self.sheet.setEnabled(ready)

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
        self.ways = WayBoxes(self)
        column.addWidget(self.ways)
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
        self.top.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # its row is narrow
        self.top.setToolTip("Of what is within the limits of every head, so many of the highest")
        self.lead = QComboBox(self)
        self.lead.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.lead.setToolTip("The head whose answers are compared for that")
        self.lead.activated.connect(lambda place: self.lead_changed.emit(self.lead.itemData(place)))
        keep_still(self.top, self.lead)
        self.top.valueChanged.connect(lambda number: self.top_changed.emit(number or None))
        self.route = RouteBox(self._theme, self)
        self._routing, column = self.add("Whose score counts")
        column.addWidget(self.route)
        self._passing, column = self.add("What passes")
        column.addWidget(self.limits)
        self._by = QLabel("by", self)
        column.addLayout(side_by_side(QLabel("the highest", self), self.top, self._by, self.lead, stretch=(1, 3)))

    def _button(self, text: str, tip: str, act: str) -> QPushButton:
        return button(text, tip, partial(self.act_requested.emit, act), self)

    @Slot(QListWidgetItem)
    def _toggle_head(self, item: QListWidgetItem) -> None:
        self.head_toggled.emit(item.data(Qt.ItemDataRole.UserRole))
