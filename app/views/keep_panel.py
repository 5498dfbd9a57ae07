"""The side of the screen of limits: what they are on, where they lie, and how to find them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QSpinBox, QVBoxLayout, QWidget

from app.models.keeping import PASSING_NAMES, KeepState, Passing
from app.theme import Theme
from app.views.chooser import Chooser
from app.views.number_field import FineField, NumberField
from app.views.put_box import PutBox
from app.views.sections import Sections, button, side_by_side
from app.views.still_fields import keep_still
from app.views.wrapped_text import WrappedText

Ask = Callable[[], None]
_MOST = 10_000_000
_BEST, _WRONG, _FOUND = 100, 5.0, 90.0
"""What is asked at first: images, percents of the kept, percents of the wanted."""


class KeepPanel(Sections):
    act_requested = Signal(str)
    limit_typed = Signal(float, bool)
    """0 to 1, and whether it is the upper one"""
    wanted_changed = Signal(float, float)
    """Brackets"""
    best_asked = Signal(int)
    wrong_asked = Signal(float)
    found_asked = Signal(float)
    """Shares, 0 to 1"""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._state = KeepState()
        self._add_limits()
        self._add_searches()
        self._add_ways()
        self.footer = PutBox(theme, "keep", parent)
        self.footer.act_requested.connect(self.act_requested)
        self.footer.add_row(button("Table…", "What is kept, as CSV, JSON lines or Parquet", self._ask_table, self))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        for name in ("label", "passing", "command", "footer"):
            if (part := getattr(self, name, None)) is not None:
                part.set_theme(theme)

    def show_state(self, state: KeepState) -> None:
        self._state = state
        self.label.setVisible(bool(state.labels))
        self.label.show_choices("Label", list(enumerate(state.labels)), state.output)
        self.passing.show_choices("Keep", list(PASSING_NAMES.items()), state.passing)
        self._show_limits(state)
        scored = not state.labels
        for part in (self.wanted_low, self.wanted_high, self._wanted_text, self._to_text, self._as_wanted):
            part.setVisible(scored)
        for field, value in ((self.wanted_low, state.wanted[0]), (self.wanted_high, state.wanted[1])):
            if not field.is_typed_in:
                with QSignalBlocker(field):
                    field.setValue(value)
        self.found.setText(state.found)
        self.found.setVisible(bool(state.found))
        self.command.set_text(state.command)
        self.footer.asking.setVisible(state.spread is not None)
        self.footer.show_plan(state.plan, state.files, running=bool(state.busy))
        self.footer.show_told(state.busy or state.told, can_put_back=state.can_put_back, running=bool(state.busy))

    def _show_limits(self, state: KeepState) -> None:
        usual, suffix = (1, " %") if state.unit == 100 else (2, "")
        for field, text in zip((self.low, self.high), state.texts, strict=True):
            if field.is_typed_in:
                continue
            with QSignalBlocker(field):
                field.setSuffix(suffix)
                field.setRange(0.0, state.unit)
                field.setSingleStep(state.unit / 100)
                field.show_text(text, least=usual)
        self.low.setEnabled(state.passing is not Passing.LOWEST)
        self.high.setEnabled(state.passing is not Passing.HIGHEST)

    def _add_limits(self) -> None:
        self.label = Chooser("The label or tag whose probability is limited (Q: the next one)", self)
        self.passing = Chooser("What passes (M: the next one)", self)
        self.low, self.high = FineField(0.0, 1.0, 0.0, self), FineField(0.0, 1.0, 0.0, self)
        self.wanted_low, self.wanted_high = (NumberField(0.0, 10.0, 0.0, self) for _ in range(2))
        for field in (self.wanted_low, self.wanted_high):
            field.setDecimals(1)
            field.setSingleStep(0.5)
            field.setToolTip("Answers that you want to keep: the limits are judged by these")
            field.valueChanged.connect(self._tell_wanted)
        keep_still(self.low, self.high, self.wanted_low, self.wanted_high)
        self._wanted_text, self._to_text = QLabel("wanted", self), QLabel("to", self)
        _, column = self.add("What is kept")
        column.addLayout(side_by_side(self.label))
        column.addLayout(side_by_side(self.passing))
        column.addLayout(side_by_side(QLabel("from", self), self.low, QLabel("to", self), self.high, stretch=(1, 3)))
        self._as_wanted = button("As wanted", "Limits at these brackets (B)", partial(self._ask, "keep_wanted"), self)
        column.addLayout(
            side_by_side(self._wanted_text, self.wanted_low, self._to_text, self.wanted_high, stretch=(1, 3))
        )
        column.addLayout(side_by_side(self._as_wanted))
        self.low.valueChanged.connect(self._tell_low)
        self.high.valueChanged.connect(self._tell_high)

    def _add_searches(self) -> None:
        self.best = QSpinBox(self)
        self.best.setRange(1, _MOST)
        self.best.setValue(_BEST)
        self.best.setKeyboardTracking(False)
        self.wrong, self.share = NumberField(0.0, 100.0, _WRONG, self), NumberField(0.0, 100.0, _FOUND, self)
        for field in (self.wrong, self.share):
            field.setDecimals(1)
            field.setSuffix(" %")
        _, column = self.add("Find the limit")
        self._add_search(column, "the best", self.best, "images", self._ask_best, "So many, and their equals")
        self._add_search(
            column, "at most", self.wrong, "wrong", self._ask_wrong, "Of what is kept, by the end of the interval"
        )
        self._add_search(
            column, "at least", self.share, "found", self._ask_found, "Of what is wanted, by the end of the interval"
        )
        self.found = QLabel(self)
        self.found.setWordWrap(True)
        self.found.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self.found)

    def _add_search(
        self, column: QVBoxLayout, before: str, field: QSpinBox | NumberField, after: str, ask: Ask, tip: str
    ) -> None:
        field.setToolTip(tip)
        keep_still(field)
        field.lineEdit().returnPressed.connect(ask)
        row = side_by_side(
            QLabel(before, self), field, QLabel(after, self), button("Find", tip, ask, self), stretch=(1,)
        )
        column.addLayout(row)

    def _add_ways(self) -> None:
        self.command = WrappedText(self._theme, self)
        _, column = self.add("Elsewhere")
        folder = button("Score a folder…", "Pictures outside the project", partial(self._ask, "apply"), self)
        copy = button("Copy the command", "The same on the command line", partial(self._ask, "keep_command"), self)
        column.addLayout(side_by_side(folder, copy))
        column.addWidget(self.command)

    def _ask(self, act: str) -> None:
        self.act_requested.emit(act)

    def _ask_table(self) -> None:
        self._ask("keep_table")

    def _ask_best(self) -> None:
        self.best_asked.emit(self.best.value())

    def _ask_wrong(self) -> None:
        self.wrong_asked.emit(self.wrong.value() / 100)

    def _ask_found(self) -> None:
        self.found_asked.emit(self.share.value() / 100)

    @Slot(float)
    def _tell_low(self, value: float) -> None:
        self.limit_typed.emit(value / self._state.unit, False)

    @Slot(float)
    def _tell_high(self, value: float) -> None:
        self.limit_typed.emit(value / self._state.unit, True)

    @Slot()
    def _tell_wanted(self) -> None:
        self.wanted_changed.emit(self.wanted_low.value(), self.wanted_high.value())
