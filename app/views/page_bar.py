"""The bar of the view of pages: which page, what Enter does, and of what label, how sure, open or answered."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from app.models.pages import PageBarState
from app.theme import Theme
from app.views.chooser import Chooser
from app.views.elided_label import ElidedLabel
from app.views.figures import count


class PageBar(QWidget):
    output_chosen = Signal(object)
    """int"""
    threshold_chosen = Signal(object)
    """float"""
    checks_chosen = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._line = ElidedLabel(theme, self, lines=2, centred=True)
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._output = Chooser("The answer that the pages are of", self)
        self._threshold = Chooser("From where on the head counts as sure", self)
        self._output.chosen.connect(self.output_chosen)
        self._threshold.chosen.connect(self.threshold_chosen)
        self._open = self._switch("Open", "Images without an answer, which the head is sure of", checks=False)
        self._answered = self._switch("Answered", "Answers to be looked at again, many at once", checks=True)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._open)
        self._row.addWidget(self._answered)
        self._row.addSpacing(2 * theme.grid)
        self._row.addWidget(self._line, 1)
        self._row.addWidget(self._output)
        self._row.addWidget(self._threshold)
        self.set_theme(theme)
        self.show_state(PageBarState())

    def set_theme(self, theme: Theme) -> None:
        self.setFixedHeight(theme.bar_height)
        self._row.setContentsMargins(theme.grid, 0, 2 * theme.grid, 0)
        self._row.setSpacing(theme.grid)
        self._line.set_theme(theme)
        for chooser in (self._output, self._threshold):
            chooser.set_theme(theme)

    def show_state(self, state: PageBarState) -> None:
        self._line.set_text(state.line)
        self._open.setChecked(not state.checks)
        self._answered.setChecked(state.checks)
        self._output.setVisible(bool(state.outputs))
        known = len(state.counts) == len(state.outputs)
        texts = [f"{name} ({count(state.counts[row])})" if known else name for row, name in enumerate(state.outputs)]
        self._output.show_choices("of", list(enumerate(texts)), state.output)
        self._threshold.setVisible(bool(state.thresholds))
        steps = [(step, f"{100 * step:.0f} %") for step in state.thresholds]
        self._threshold.show_choices("from", steps, state.threshold)

    def _switch(self, text: str, tip: str, *, checks: bool) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(partial(self._choose_checks, checks=checks))
        return button

    def _choose_checks(self, _checked: bool = False, *, checks: bool) -> None:  # noqa: FBT001 - the signal's argument
        self.checks_chosen.emit(checks)
