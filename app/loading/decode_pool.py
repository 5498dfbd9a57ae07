"""The one small pool of decoding threads: most urgent first, newest first among equals, kind to the window's thread."""

from __future__ import annotations

import heapq
import itertools
import logging
import os
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import IntEnum

from PySide6.QtCore import QObject, QThread, QThreadPool

_log = logging.getLogger(__name__)


class Urgency(IntEnum):
    SHOWN = 0
    """The picture the person waits for."""
    NEXT = 1
    """The one that the next key brings up."""
    THUMBNAIL = 2
    AHEAD = 3
    """Pictures further on."""


@dataclass(order=True, slots=True)
class _Request:
    urgency: int
    age: int
    """Smaller is newer."""
    key: Hashable = field(compare=False)
    work: Callable[[], None] | None = field(compare=False)
    """None once withdrawn."""


class DecodePool(QObject):
    """Runs `work` callables in at most `threads` threads; a waiting request can be withdrawn, a running one ends."""

    def __init__(self, parent: QObject | None = None, *, threads: int | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads or max(1, (os.cpu_count() or 2) - 1))
        self._pool.setThreadPriority(QThread.Priority.LowPriority)
        self._lock = threading.Lock()
        self._heap: list[_Request] = []
        self._waiting: dict[Hashable, _Request] = {}
        self._ages = itertools.count(0, -1)

    def submit(self, key: Hashable, urgency: Urgency, work: Callable[[], None]) -> None:
        """Ask for `work`; a waiting request of the same key gives way to this one."""
        with self._lock:
            self._withdraw(key)
            request = _Request(urgency, next(self._ages), key, work)
            self._waiting[key] = request
            heapq.heappush(self._heap, request)
        self._pool.start(self._run_next)

    def withdraw(self, key: Hashable) -> bool:
        """False if the request is not waiting: it runs, has run, or was never made."""
        with self._lock:
            return self._withdraw(key)

    def waiting(self) -> int:
        with self._lock:
            return len(self._waiting)

    def close(self) -> None:
        """Withdraw everything and wait for what runs."""
        with self._lock:
            self._heap.clear()
            self._waiting.clear()
        self._pool.clear()
        self._pool.waitForDone()

    def _withdraw(self, key: Hashable) -> bool:
        request = self._waiting.pop(key, None)
        if request is None:
            return False
        request.work = None
        return True

    def _run_next(self) -> None:
        work = self._take()
        if work is None:
            return
        try:
            work()
        except Exception:  # noqa: BLE001 - the thread's border: a fault here must not take the pool down unseen
            _log.exception("decoding failed in an unforeseen way")

    def _take(self) -> Callable[[], None] | None:
        with self._lock:
            while self._heap:
                request = heapq.heappop(self._heap)
                if request.work is not None:
                    self._waiting.pop(request.key, None)
                    return request.work
        return None
