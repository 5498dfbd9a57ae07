"""How much of the pool measures a head."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.views.number_field import NumberField

TIP = (
    "Drawn by chance and asked without the prediction, so that figures hold for every image. "
    "A larger share keeps what was drawn; 0 draws none"
)


class AuditField(NumberField):
    def __init__(self, share: float, parent: QWidget | None = None) -> None:
        super().__init__(0.0, 100.0, 100 * share, parent)
        self.setDecimals(1)
        self.setSuffix(" % of the images")
        self.setToolTip(TIP)

    def share(self) -> float:
        return round(self.value() / 100, 4)
