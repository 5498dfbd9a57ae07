"""Which class head decides whose score counts, and the score head of each of its labels."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.models.applied import RouteChoices
from app.theme import Theme
from app.views.elided_label import ElidedLabel
from app.views.sections import side_by_side
from app.views.still_fields import keep_still
from core.scoring.answered_route import Route

_NOBODY, _NO_SCORE = "no head: each answers for itself", "no score"
_SHORT = 8
"""Letters of a head that are in sight at the least."""


class RouteBox(QWidget):
    changed = Signal(object)
    """Route"""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._choices = RouteChoices()
        self.by = self._box("Its likeliest label decides which score head's answer counts")
        self.by.activated.connect(self._choose)
        self.uses: dict[str, QComboBox] = {}
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.by)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for label in self.findChildren(ElidedLabel):
            label.set_theme(theme)

    def show_choices(self, choices: RouteChoices) -> None:
        before, self._choices = self._choices, choices
        if choices == before:
            return
        _fill(self.by, _NOBODY, choices.deciding, choices.route.by)
        if (choices.labels, choices.scoring) != (before.labels, before.scoring):
            self._make_rows()
        for label, box in self.uses.items():
            _fill(box, _NO_SCORE, choices.scoring, choices.route.use.get(label, ""))

    def _make_rows(self) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self._rows, self.uses = [], {}
        for label in self._choices.labels:
            row = QWidget(self)
            name = ElidedLabel(self._theme, row)
            name.set_text(label)
            box = self.uses[label] = self._box(f"The head that judges what is likeliest {label}")
            box.activated.connect(partial(self._use, label))
            parts = side_by_side(name, box, stretch=(0, 1))
            parts.setContentsMargins(0, 0, 0, 0)
            row.setLayout(parts)
            self._rows.append(row)
            self._column.addWidget(row)

    def _choose(self, place: int) -> None:
        self.changed.emit(Route(self.by.itemData(place)))

    def _use(self, label: str, place: int) -> None:
        route = self._choices.route
        self.changed.emit(Route(route.by, {**route.use, label: self.uses[label].itemData(place)}))

    def _box(self, tip: str) -> QComboBox:
        box = QComboBox(self)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(_SHORT)
        box.setToolTip(tip)
        keep_still(box)
        return box


def _fill(box: QComboBox, nothing: str, heads: tuple[tuple[str, str], ...], chosen: str) -> None:
    """`heads`: (model, name)."""
    items = (("", nothing), *heads)
    if [(box.itemData(place), box.itemText(place)) for place in range(box.count())] != list(items):
        box.clear()
        for model, name in items:
            box.addItem(name, model)
    box.setCurrentIndex(max(0, box.findData(chosen)))
