"""Ctrl+C in the terminal that the window was started from ends it as Ctrl+Q does; a second one ends it at once.

Python hears signals between its own steps only, and Qt waits outside of them: a byte through a socket wakes it.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier


class EndOnInterrupt(QObject):
    """From when it is made until `stop`; `end` is called in the window's thread."""

    def __init__(self, end: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self.happened = False
        self._end = end
        self._told, self._heard = socket.socketpair()
        self._told.setblocking(False)
        self._heard.setblocking(False)
        self._notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._hear)
        self._handler_before = signal.signal(signal.SIGINT, self._note)
        self._wakeup_before = signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)

    def stop(self) -> None:
        """Signals go where they went before."""
        signal.set_wakeup_fd(self._wakeup_before)
        signal.signal(signal.SIGINT, self._handler_before)
        self._notifier.setEnabled(False)
        self._told.close()
        self._heard.close()

    def _note(self, *_: object) -> None:
        self.happened = True
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    def _hear(self) -> None:
        self._heard.recv(64)
        if self.happened:
            self._end()
