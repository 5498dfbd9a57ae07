"""Looks on the window's thread for garbage that is due."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from app import garbage

EVERY_MS = 1_000


class Collector(QObject):
    """Where Python's own collections are off."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._watch = garbage.Watch()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._look)

    def settle(self) -> None:
        garbage.settle()
        self._watch = garbage.Watch()  # what the start has made is not looked through
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        self._watch.collect_due()
