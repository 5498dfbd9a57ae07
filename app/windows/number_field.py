"""A line for a number."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QLineEdit, QWidget

_LETTERS = 8


class NumberField(QLineEdit):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(_LETTERS * self.fontMetrics().horizontalAdvance("0") + 2 * self.fontMetrics().height())

    def value(self) -> float:
        """Not a number where something else stands there."""
        try:
            return float(self.text().replace(",", "."))
        except ValueError:
            return math.nan

    def set_value(self, value: float) -> None:
        self.setText(f"{value:g}")
