"""A line for a path, with buttons that choose one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

Ask = Callable[[QWidget], str]
"""Opens a chooser; empty where nothing was chosen."""


class PathField(QWidget):
    changed = Signal()

    def __init__(self, ways: Sequence[tuple[str, Ask]], parent: QWidget | None = None, *, hint: str = "") -> None:
        """`ways`: text of a button, and what it asks."""
        super().__init__(parent)
        self.line = QLineEdit(self)
        self.line.setPlaceholderText(hint)
        self.line.textChanged.connect(self.changed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line, 1)
        self.buttons = [self._button(text, ask) for text, ask in ways]
        for button in self.buttons:
            layout.addWidget(button)
        self.setFocusProxy(self.line)

    def text(self) -> str:
        return self.line.text().strip()

    def path(self) -> Path:
        """`~` stands for the person's own folder; one of a person who is not known here stays as it is."""
        try:
            return Path(self.text()).expanduser()
        except RuntimeError:
            return Path(self.text())

    def set_text(self, text: str) -> None:
        self.line.setText(text)

    def _button(self, text: str, ask: Ask) -> QPushButton:
        """Enter never presses it."""
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._choose(ask))
        return button

    def _choose(self, ask: Ask) -> None:
        chosen = ask(self)
        if chosen:
            self.set_text(chosen)
