"""How many of the answers are asked again."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.views.number_field import NumberField
from core.store.repeats import MOST

TIP = (
    "So many of the images that you answered come back later among the others, without your answer and without the "
    "prediction.\nWhether you answer alike shows how sure your answers are (Insight, Agreement with yourself). "
    "0 asks nothing again."
)


class AgainField(NumberField):
    def __init__(self, share: float, parent: QWidget | None = None) -> None:
        super().__init__(0.0, 100 * MOST, 100 * share, parent)
        self.setDecimals(1)
        self.setSuffix(" % of the answers, blind")
        self.setSpecialValueText("Nothing")
        self.setToolTip(TIP)

    def share(self) -> float:
        return round(self.value() / 100, 6)
