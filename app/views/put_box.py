"""What is done with the files that pass: copied, linked or moved, where to, a preview first; and put back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.models.applied import PutPlan
from app.theme import Theme
from app.views.elided_label import ElidedLabel
from app.views.figures import count
from app.views.sections import button, rule, side_by_side
from app.views.still_fields import keep_still
from core.scoring.transfers import Act

_ACTS = {Act.COPY: "Copy", Act.LINK: "Link", Act.MOVE: "Move"}
_TOLD_LINES = 5


class PutBox(QWidget):
    """It stays in sight below what scrolls."""

    act_requested = Signal(str)
    plan_changed = Signal(object)
    """PutPlan"""

    def __init__(self, theme: Theme, acts: str, parent: QWidget | None = None) -> None:
        """`acts`: how the ids of its acts begin; they end in target, preview, put and undo."""
        super().__init__(parent)
        self._theme = theme
        self._acts = acts
        self._plan = PutPlan()
        self._pressed: QPushButton | None = None
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._told_area = QScrollArea(self)
        self._told_area.setFrameShape(QFrame.Shape.NoFrame)
        self._told_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._told_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._told_area.setWidgetResizable(True)
        self._told_area.setWidget(self.told)
        self.put_back = self._button("Put back", "Undo it: moved files go back, copies are removed", "undo")
        self._add_asking()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._column = QVBoxLayout(self)
        self._column.addWidget(rule(self, upright=False))  # what is told is of no section that scrolls above
        # What is told comes and goes above: no button moves from under the mouse.
        self._column.addWidget(self._told_area)
        self._column.addLayout(side_by_side(self.put_back))
        self._column.addSpacing(2 * theme.grid)
        self._column.addWidget(self.asking)
        self.set_theme(theme)

    def add_row(self, *buttons: QWidget) -> None:
        """More that can be done with what passes."""
        self._asking.addLayout(side_by_side(*buttons))

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._title.setFont(theme.font(bold=True))
        self._asking.setSpacing(2 * theme.grid)
        self._column.setContentsMargins(3 * theme.grid, 2 * theme.grid, 3 * theme.grid, 3 * theme.grid)
        self.target.set_theme(theme)

    def show_plan(self, plan: PutPlan, passed: int, *, running: bool) -> None:
        self._plan = plan
        with QSignalBlocker(self.act), QSignalBlocker(self.structure):
            self.act.setCurrentIndex(self.act.findData(plan.act.value))
            self.structure.setChecked(plan.keep_structure)
        self.target.set_text(plan.folder or "No folder chosen", tip=plan.folder)
        files = "1 file" if passed == 1 else f"{count(passed)} files"
        self.put.setText(f"{_ACTS[plan.act]} {files}")
        ready = not running and passed > 0 and bool(plan.folder)
        self._enable(self.preview, on=ready)
        self._enable(self.put, on=ready)

    def show_told(self, told: str, *, can_put_back: bool, running: bool) -> None:
        self.told.setText(told)
        self._told_area.setVisible(bool(told))
        self._enable(self.put_back, on=can_put_back and not running)
        self.put_back.setVisible(can_put_back)
        if not can_put_back and self._pressed is self.put_back:
            self._pressed = None
        self._fit_told()

    def _enable(self, button: QPushButton, *, on: bool) -> None:
        """A button that rests while its work runs gets back the focus that it was pressed with by a key."""
        if not on and button.hasFocus():
            self._pressed = button
            button.clearFocus()  # else it goes to the next one, and Space would press that
        button.setEnabled(on)
        if on and button is self._pressed:
            self._pressed = None
            if button.isVisibleTo(self.window()) and self.window().focusWidget() is None:
                button.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_told()

    def _fit_told(self) -> None:
        """As high as its text, within bounds: a long preview scrolls and pushes nothing away."""
        wide = self.width() - 8 * self._theme.grid
        lines = max(0, self.told.heightForWidth(max(wide, 1)))
        self._told_area.setFixedHeight(
            min(lines, _TOLD_LINES * self.told.fontMetrics().lineSpacing() + self._theme.grid)
        )

    def _add_asking(self) -> None:
        self.asking = QWidget(self)
        """What can be done; hidden while nothing can."""
        self.act = QComboBox(self)
        for act, text in _ACTS.items():
            self.act.addItem(text, act.value)
        self.act.activated.connect(self._change_plan)
        keep_still(self.act)
        self.structure = QCheckBox("Keep folders", self)
        self.structure.setToolTip("With the folders below each folder that they come from")
        self.structure.toggled.connect(self._change_plan)
        self.target = ElidedLabel(self._theme, self, dim=True, mode=Qt.TextElideMode.ElideLeft)
        target = self._button("To…", "The folder they are put in", "target")
        self.preview = self._button("Preview", "Say what would go where; nothing is touched", "preview")
        self.put = self._button("Copy", "Nothing is written over; it can be put back", "put")
        self._title = QLabel("What is done with it", self)
        self._asking = QVBoxLayout(self.asking)
        self._asking.setContentsMargins(0, 0, 0, 0)
        self._asking.addWidget(self._title)
        rows: Sequence[tuple[QWidget, QWidget]] = ((self.act, self.structure), (target, self.target))
        for place, row in enumerate(rows):
            self._asking.addLayout(side_by_side(*row, stretch=(1,) if place else ()))
        self._asking.addLayout(side_by_side(self.preview, self.put))

    def _button(self, text: str, tip: str, act: str) -> QPushButton:
        return button(text, tip, partial(self.act_requested.emit, f"{self._acts}_{act}"), self)

    @Slot()
    def _change_plan(self) -> None:
        plan = PutPlan(Act(self.act.currentData()), self._plan.folder, self.structure.isChecked())
        self.plan_changed.emit(plan)
