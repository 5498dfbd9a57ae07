"""Work that can wait until the person sees something: two cores have enough to do with the first picture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, SignalInstance, Slot

LONGEST_MS = 2_000
"""A picture that takes longer than this is not waited for."""


class Postponed(QObject):
    """Calls `work` after the signal given to `wait_for`; at once as long as none was given."""

    def __init__(self, work: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._waits = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._work)

    def wait_for(self, signal: SignalInstance) -> None:
        self._waits = True
        signal.connect(self._go_on)

    def start(self, *, wait: bool) -> None:
        """Without `wait` there is nothing to wait for this time."""
        if wait and self._waits:
            self._timer.start(LONGEST_MS)
        else:
            self._work()

    def cancel(self) -> None:
        self._timer.stop()

    @Slot()
    def _go_on(self) -> None:
        if self._timer.isActive():
            self._timer.start(0)  # the signal comes from a paint, which reaches the screen only afterwards
