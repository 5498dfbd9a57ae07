"""What each head must say for a file to pass: a label, and a band of its values."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from app.models.applied import HeadLimits
from app.theme import Theme
from app.views.elided_label import ElidedLabel
from app.views.labels_box import LabelsBox
from app.views.number_field import NumberField
from app.views.sections import side_by_side
from app.views.still_fields import keep_still

_ANY = "the likeliest"
_SHORT = 8
"""Letters of a label that are in sight at the least."""


class LimitRow(QWidget):
    changed = Signal(str, object, object, object)
    """model, labels, at least, at most; None where there is no limit"""

    def __init__(self, limits: HeadLimits, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.limits = limits
        self.heading = ElidedLabel(theme, self)
        self.heading.set_text(limits.name, tip=f"{limits.name}\n{limits.model}")
        self._unit = 1.0 if not limits.labels else 100.0
        self.label = LabelsBox(_ANY, limits.labels, self)
        self.label.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.label.setMinimumContentsLength(_SHORT)
        self.label.setVisible(bool(limits.labels))
        self.label.setToolTip("The labels whose probability is looked at; of several the highest counts")
        most = limits.scale * self._unit
        self.low, self.high = self._spin(0.0, most), self._spin(most, most)
        keep_still(self.label, self.low, self.high)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(side_by_side(self.heading, self.label, stretch=(0, 1)))
        column.addLayout(side_by_side(QLabel("from", self), self.low, QLabel("to", self), self.high, stretch=(1, 3)))
        self._show(limits)
        self.label.ticked.connect(self._tell)
        self.low.valueChanged.connect(self._tell)
        self.high.valueChanged.connect(self._tell)

    def _show(self, limits: HeadLimits) -> None:
        self.label.show_wanted(limits.wanted)
        if limits.at_least is not None:
            self.low.setValue(limits.at_least * self._unit)
        if limits.at_most is not None:
            self.high.setValue(limits.at_most * self._unit)
        self._bound()

    @Slot()
    def _tell(self) -> None:
        self._bound()
        low, high = self.low.value(), self.high.value()
        at_least = low / self._unit if low > 0 else None
        at_most = high / self._unit if high < self.limits.scale * self._unit else None
        self.changed.emit(self.limits.model, self.label.wanted(), at_least, at_most)

    def _bound(self) -> None:
        """Nothing could pass between a lower limit that is over the upper one."""
        with QSignalBlocker(self.low), QSignalBlocker(self.high):
            self.low.setMaximum(self.high.value())
            self.high.setMinimum(self.low.value())

    def _spin(self, value: float, most: float) -> NumberField:
        spin = NumberField(0.0, most, value, self)
        spin.setDecimals(1)
        spin.setSingleStep(0.5 if self._unit == 1.0 else 5.0)
        spin.setSuffix("" if self._unit == 1.0 else " %")
        return spin


class LimitRows(QWidget):
    changed = Signal(str, object, object, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rows: list[LimitRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for row in self.rows:
            row.heading.set_theme(theme)

    def show_limits(self, limits: Sequence[HeadLimits]) -> None:
        """Rows are made anew for other heads only: what is being typed stays."""
        if [(row.limits.model, row.limits.labels) for row in self.rows] == [(one.model, one.labels) for one in limits]:
            return
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = [LimitRow(one, self._theme, self) for one in limits]
        for row in self.rows:
            self._column.addWidget(row)
            row.changed.connect(self.changed)
