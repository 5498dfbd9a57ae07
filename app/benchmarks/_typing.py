"""Presses keys in the real window at an even pace and times each until the next image is painted."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest

from app.bootstrap import Shell
from app.jobs.state import Errand

_KEYS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3)
PATIENCE_S = 120.0


@dataclass(slots=True)
class Typed:
    """What a run of key presses gave."""

    seconds: list[float] = field(default_factory=list)
    """From the moment each key was due to the end of the paint of the image that it brought up."""
    embedding: int = 0
    """Keys that were pressed while embedding ran."""


class Typist(QObject):
    """A key that is due while the picture before is still awaited is pressed once that is painted."""

    def __init__(self, shell: Shell, keys: int, interval_s: float) -> None:
        super().__init__()
        self._shell = shell
        self._left = keys
        self._interval = interval_s
        self._due = 0.0
        self._awaited = False
        self._loop = QEventLoop()
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._press)
        shell.window.label_view.image_painted.connect(self._painted)
        self.typed = Typed()

    def run(self) -> Typed:
        self._wait_for(time.perf_counter() + self._interval)
        limit_s = self._left * self._interval + PATIENCE_S
        QTimer.singleShot(round(1000 * limit_s), self._loop.quit)
        self._loop.exec()
        return self.typed

    @Slot()
    def _press(self) -> None:
        state = self._shell.jobs.state
        self.typed.embedding += state is not None and state.errand is Errand.EMBED
        self._left -= 1
        self._awaited = True
        QTest.keyClick(self._shell.window, _KEYS[self._left % len(_KEYS)])

    @Slot(int)
    def _painted(self, _image_id: int) -> None:
        now = time.perf_counter()
        if not self._awaited:
            return
        self._awaited = False
        self.typed.seconds.append(now - self._due)
        if self._left:
            self._wait_for(self._due + self._interval)
        else:
            self._loop.quit()

    def _wait_for(self, due: float) -> None:
        """Latency counts from `due`, so that a timer that fires late counts as the person's wait."""
        self._due = max(due, time.perf_counter())
        self._timer.start(max(0, round(1000 * (self._due - time.perf_counter()))))
