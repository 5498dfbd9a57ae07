"""How fast a long walk over many things goes, and how long it will still take."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from core.jobs.events import JobProgress

_REPORT_SECONDS = 0.1
_RATE_SECONDS = 10.0
"""The rate is that of the last seconds, because folders of small and of large pictures follow each other."""


class Pace:
    """Turns counts into progress events, at most ten a second."""

    def __init__(self, job: str, stage: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._job = job
        self._stage = stage
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque([(clock(), 0)])
        self._last = float("-inf")

    def report(self, done: int, total: int | None, *, at_end: bool = False) -> JobProgress | None:
        """None where the last report was a moment ago."""
        now = self._clock()
        if now - self._last < _REPORT_SECONDS and not at_end:
            return None
        self._last = now
        self._marks.append((now, done))
        while len(self._marks) > 2 and now - self._marks[0][0] > _RATE_SECONDS:
            self._marks.popleft()
        rate = self._rate()
        remaining = (total - done) / rate if rate and total is not None else None
        return JobProgress(self._job, self._stage, done, total, rate, remaining)

    def _rate(self) -> float | None:
        (start, before), (end, after) = self._marks[0], self._marks[-1]
        return (after - before) / (end - start) if end > start and after > before else None
