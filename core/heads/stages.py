"""Progress of a job in stages: at most ten reports a second, with rate and time left, and the check for a cancel."""

from __future__ import annotations

import time
from collections.abc import Callable

from core.errors import Cancelled
from core.jobs.events import Event, JobProgress

_INTERVAL_S = 0.1


class Stages:
    """One stage at a time; `seconds` says how long each took."""

    def __init__(self, job: str, emit: Callable[[Event], None], is_cancelled: Callable[[], bool]) -> None:
        self._job = job
        self._emit = emit
        self._is_cancelled = is_cancelled
        self._stage = ""
        self._began = time.perf_counter()
        self._reported = 0.0
        self.seconds: dict[str, float] = {}

    def begin(self, stage: str) -> None:
        self.end()
        self._stage = stage
        self._reported = 0.0
        self.watch(0, None)

    def watch(self, done: int, total: int | None) -> None:
        """Told before each piece of work how many are done and how many there are; raises Cancelled."""
        if self._is_cancelled():
            raise Cancelled
        now = time.perf_counter()
        if now - self._reported < _INTERVAL_S and done != total:
            return
        self._reported = now
        rate = done / max(now - self._began, 1e-9) if done else None
        left = (total - done) / rate if rate and total is not None else None
        self._emit(JobProgress(self._job, self._stage, done, total, rate, left))

    def end(self) -> None:
        now = time.perf_counter()
        if self._stage:
            self.seconds[self._stage] = now - self._began
        self._stage, self._began = "", now
