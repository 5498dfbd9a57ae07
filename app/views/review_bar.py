"""The bar of the review view: the queues with what waits in each, and by which label and threshold."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.models.reviewed import ReviewBarState
from app.theme import Theme
from app.views.chooser import Chooser
from app.views.figures import count
from core.review.orders import BY_LABEL, ReviewOrder

_TEXTS: dict[ReviewOrder, tuple[str, str]] = {
    ReviewOrder.CONFLICT: ("Conflicts", "Answers that heads contradict which have not seen the image, strongest first"),
    ReviewOrder.FALSE_POSITIVE: ("False positives", "Said to have the label; your answer says no"),
    ReviewOrder.FALSE_NEGATIVE: ("False negatives", "Not said to have the label; your answer says yes"),
    ReviewOrder.CONTRADICTIONS: (
        "Contradictions",
        "Answers of yours that contradict each other: given twice, to twins, or to a copy and its source",
    ),
    ReviewOrder.DUPLICATES: ("Twins", "Nearly the same picture, answered differently"),
    ReviewOrder.SYNTHETIC: ("Copies", "Told from their source otherwise than your answers say"),
}
_ANY = "any label"
_Told = Callable[[object], None]


class ReviewBar(QWidget):
    order_chosen = Signal(object)
    """ReviewOrder"""
    label_chosen = Signal(object)
    """int, or None for any."""
    threshold_chosen = Signal(object)
    """0..1, or None for what is decided."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._queues = {order: self._queue(order) for order in ReviewOrder}
        self._label = Chooser("The label that false positives and negatives are of", self)
        self._threshold = Chooser("From where on an image is said to have it", self)
        self._label.chosen.connect(self.label_chosen)
        self._threshold.chosen.connect(self.threshold_chosen)
        self._row = QHBoxLayout(self)
        for button in self._queues.values():
            self._row.addWidget(button)
        self._row.addStretch(1)
        self._row.addWidget(self._label)
        self._row.addWidget(self._threshold)
        self.set_theme(theme)
        self.show_state(ReviewBarState())

    def set_theme(self, theme: Theme) -> None:
        self.setFixedHeight(theme.bar_height)
        self._row.setContentsMargins(theme.grid, 0, 2 * theme.grid, 0)
        self._row.setSpacing(theme.grid)
        for chooser in (self._label, self._threshold):
            chooser.set_theme(theme)

    def show_state(self, state: ReviewBarState) -> None:
        for order, button in self._queues.items():
            waiting = state.counts.get(order)
            button.setText(_TEXTS[order][0] + ("" if waiting is None else f"  {count(waiting)}"))
            button.setChecked(order is state.order)
        by_label = state.order in BY_LABEL
        self._label.setVisible(by_label and bool(state.labels))
        self._threshold.setVisible(by_label)
        if by_label:
            self._label.show_choices("of", [(None, _ANY), *enumerate(state.labels)], state.output)
            self._threshold.show_choices("from", state.thresholds, state.threshold)

    def _queue(self, order: ReviewOrder) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(_TEXTS[order][1])
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(partial(_pass, self.order_chosen.emit, order))
        return button


def _pass(told: _Told, value: object, _checked: bool) -> None:  # noqa: FBT001 - the signal's argument
    told(value)
