"""A field for a number with bounds: what is typed beyond them becomes the nearest bound, and says so."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Slot
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QSizePolicy, QToolTip, QWidget

_FINEST = 9
"""Decimals that a fine field takes"""


class NumberField(QDoubleSpinBox):
    """Qt's own takes no digit that would lead beyond the bounds, so that 900 % would become 90 %."""

    def __init__(self, low: float, high: float, value: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._typed: float | None = None
        self.setRange(low, high)
        self.setValue(value)
        self.setKeyboardTracking(False)
        self.editingFinished.connect(self._tell_bound)

    @property
    def is_typed_in(self) -> bool:
        """What is shown now would wipe out what is not entered yet."""
        return self.hasFocus() and self.lineEdit().isModified()

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        number = self._read(text)
        if number is not None and not self.minimum() <= number <= self.maximum():
            return QValidator.State.Acceptable, text, position
        state, _, _ = found = super().validate(text, position)
        return found if state is not QValidator.State.Invalid else (state, text, position)

    def valueFromText(self, text: str) -> float:
        number = self._read(text)
        if number is None:
            return super().valueFromText(text)
        self._typed = number
        return min(max(number, self.minimum()), self.maximum())

    def _read(self, text: str) -> float | None:
        bare = text.removeprefix(self.prefix()).removesuffix(self.suffix()).removesuffix(self.suffix().strip()).strip()
        number, known = self.locale().toDouble(bare)
        return number if known else None

    @Slot()
    def _tell_bound(self) -> None:
        self.lineEdit().setModified(False)
        typed, self._typed = self._typed, None
        if typed is None or self.minimum() <= typed <= self.maximum():
            return
        bound, word = (self.maximum(), "at most") if typed > self.maximum() else (self.minimum(), "at least")
        text = f"It can be {word} {self.textFromValue(bound)}{self.suffix()}"
        QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), text, self)


class FineField(NumberField):
    """Shows as many decimals as a number was given with, and takes more.

    Its width is what its row leaves it, whatever the number: a column would grow with the decimals.
    """

    _shown = 1

    def __init__(self, low: float, high: float, value: float, parent: QWidget | None = None) -> None:
        super().__init__(low, high, value, parent)
        self.setDecimals(_FINEST)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str, *, least: int) -> None:
        """A number as Python writes it; `least`: decimals that are always shown."""
        self._shown = max(least, len(text.partition(".")[2]))
        self.setValue(float(text))
        whole = f"{self.prefix()}{self.textFromValue(self.value())}{self.suffix()}"
        self.lineEdit().setText(whole)
        self.setToolTip(whole if self._shown > least else "")
        if not self.hasFocus():
            self.lineEdit().setCursorPosition(0)  # where there is no room its last digits are cut off, not its first

    def textFromValue(self, value: float) -> str:
        return self.locale().toString(value, "f", self._shown)
