"""Lets a dialog grow for words that wrap, which a layout alone does not do."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QDialog, QLabel


def grow_to_fit(dialog: QDialog) -> None:
    """Nothing is squeezed; it never shrinks under the person's hand."""
    layout = dialog.layout()
    assert layout is not None
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)  # parts whose text has just become longer
    layout.activate()
    wanted = layout.totalHeightForWidth(dialog.width())
    dialog.resize(dialog.width(), max(dialog.height(), wanted))


def say_below(dialog: QDialog, note: QLabel, text: str) -> None:
    """What is wrong, in the dialog's own note; nothing takes it away."""
    note.setText(text)
    note.setVisible(bool(text))
    grow_to_fit(dialog)
