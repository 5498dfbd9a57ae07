"""Rows of a form whose labels lead to their fields: Alt and the letter that is underlined."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QLabel, QWidget


def add_row(form: QFormLayout, text: str, field: QWidget, first: QWidget | None = None) -> None:
    """`text` has an & before its letter; of a field of several parts the focus goes to `first`, or else to its proxy.

    Tab goes to a proxy too, past the parts before it.
    """
    form.addRow(text, field)
    label = form.labelForField(field)
    if isinstance(label, QLabel):
        _lead(label, first or field)


def labelled(text: str, field: QWidget) -> QLabel:
    """A label of its own, for rows of several fields."""
    label = QLabel(text, field.parentWidget())
    _lead(label, field)
    return label


def _lead(label: QLabel, field: QWidget) -> None:
    label.setBuddy(field.focusProxy() or field)  # what takes no focus itself would not hand it on
    # Letters beside one that is underlined are not drawn as near to it as they are measured.
    label.setMinimumWidth(label.sizeHint().width() + label.fontMetrics().averageCharWidth() // 2)
