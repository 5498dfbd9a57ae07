"""How far a stage of a job is, how fast it goes and how long it will still take: the one source of progress events."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from core.jobs.events import Event, JobProgress

_REPORT_SECONDS = 0.1
_RATE_SECONDS = 10.0
"""The rate is that of the last seconds, because folders of small and of large pictures follow each other."""
_STEADY_SECONDS = 2.0
_STEADY_REPORTS = 3
"""Before both have passed, what the rate says of the time left is a guess."""


class Pace:
    """Turns the counts of one stage into progress events, at most ten a second; a stage that ends is told in full."""

    def __init__(
        self, job: str, stage: str, emit: Callable[[Event], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._job = job
        self._stage = stage
        self._emit = emit
        self._clock = clock
        self._began = clock()
        self._marks: deque[tuple[float, int]] = deque([(self._began, 0)])
        self._reports = 0
        self._last = float("-inf")
        self._done = 0
        self._total: int | None = None
        self._told: tuple[int, int | None] | None = None

    def report(self, done: int, total: int | None, *, now: bool = False) -> None:
        """Says nothing where the last report was a moment ago, unless this is the end or is to be told `now`."""
        self._done, self._total = done, total
        if now or done == total or self._clock() - self._last >= _REPORT_SECONDS:
            self._tell(done, total)

    def finish(self) -> None:
        """The stage is over: everything is done, also what nobody counted."""
        total = max(self._total if self._total is not None else self._done, 1)
        self._tell(total, total)

    def _tell(self, done: int, total: int | None) -> None:
        if (done, total) == self._told:
            return
        self._last = self._clock()
        if self._told == (0, None) and done != total:  # work that goes on: what was done before took no time now
            self._marks = deque([(self._last, done)])
        self._told = done, total
        self._reports += 1
        self._marks.append((self._last, done))
        while len(self._marks) > 2 and self._last - self._marks[0][0] > _RATE_SECONDS:
            self._marks.popleft()
        rate = self._rate()
        self._emit(JobProgress(self._job, self._stage, done, total, rate, self._remaining(done, total, rate)))

    def _rate(self) -> float | None:
        (start, before), (end, after) = self._marks[0], self._marks[-1]
        return (after - before) / (end - start) if end > start and after > before else None

    def _remaining(self, done: int, total: int | None, rate: float | None) -> float | None:
        if total is None or done >= total:
            return None if total is None else 0.0
        steady = self._reports >= _STEADY_REPORTS and self._last - self._began >= _STEADY_SECONDS
        return (total - done) / rate if rate and steady else None
