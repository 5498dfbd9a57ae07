"""The defects that can be made: which are wanted, between which strengths, and of which kinds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QGridLayout, QLabel, QWidget

from app.views.labels_box import LabelsBox
from core.jobs.file_specs import EffectWish
from core.media.degrade import Effect

_EVERY_KIND = "every kind"
_NAMED = ("quality", "sigma")
"""Units that go before their numbers."""
_SHORT = 12
"""Letters of a kind that are in sight at the least."""


class EffectRows(QWidget):
    def __init__(self, effects: Iterable[Effect], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(4, 1)
        self.rows = {effect.name: EffectRow(effect, self) for effect in effects}
        for place, row in enumerate(self.rows.values()):
            parts = (row.wanted, row.low, QLabel("to", self), row.high, row.kinds)
            for column, part in enumerate(parts):
                self._grid.addWidget(part, place, column)

    def wishes(self) -> tuple[EffectWish, ...]:
        """What is ticked, in its order."""
        return tuple(row.wish() for row in self.rows.values() if row.wanted.isChecked())


class EffectRow:
    """The fields of one defect; they can be changed once it is ticked."""

    def __init__(self, effect: Effect, parent: QWidget) -> None:
        self._effect = effect
        drawn = effect.strength
        self.wanted = QCheckBox(f"&{effect.title}", parent)  # the first letters are all different
        self.low, self.high = (self._spin(value, parent) for value in (drawn.low, drawn.high))
        if drawn.unit in _NAMED:
            self.low.setPrefix(f"{drawn.unit} ")
        else:
            self.high.setSuffix(f" {drawn.unit}")
        self.kinds = LabelsBox(_EVERY_KIND, effect.kinds, parent)
        self.kinds.setMinimumContentsLength(_SHORT)
        self.kinds.setToolTip("The kinds that are drawn from, by equal chance")
        self.kinds.setVisible(len(effect.kinds) > 1)
        self.low.valueChanged.connect(self.high.setMinimum)
        self.high.valueChanged.connect(self.low.setMaximum)
        self.low.setMaximum(drawn.high)
        self.high.setMinimum(drawn.low)
        for field in (self.low, self.high, self.kinds):
            self.wanted.toggled.connect(partial(field.setEnabled))
            field.setEnabled(False)

    def wish(self) -> EffectWish:
        return EffectWish(self._effect.name, (self.low.value(), self.high.value()), self.kinds.wanted())

    def _spin(self, value: float, parent: QWidget) -> QDoubleSpinBox:
        spin = QDoubleSpinBox(parent)
        spin.setDecimals(0 if self._effect.strength.whole else 1)
        spin.setRange(*self._effect.limits)
        spin.setSingleStep(1.0 if self._effect.strength.whole else 0.5)
        spin.setValue(value)
        spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        spin.setToolTip("Strengths are drawn evenly between the two")
        spin.ensurePolished()  # the style's height counts before the fields are laid out
        return spin
