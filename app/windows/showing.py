"""Shows a dialog beside the work: the window goes on, and what is closed is gone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from app.views.still_fields import pass_wheel


def show_dialog(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    pass_wheel(dialog)
    dialog.open()
