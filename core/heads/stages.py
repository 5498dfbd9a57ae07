"""Progress of a job in stages, how long each took, and the check for a cancel."""

from __future__ import annotations

import time
from collections.abc import Callable

from core.errors import Cancelled
from core.jobs.events import Event, JobNotice, TrainingCurve
from core.jobs.pace import Pace
from core.values import CurvePoint


class Stages:
    """One stage at a time; `seconds` says how long each took."""

    def __init__(self, job: str, emit: Callable[[Event], None], is_cancelled: Callable[[], bool]) -> None:
        self._job = job
        self._emit = emit
        self._is_cancelled = is_cancelled
        self._stage = ""
        self._began = time.perf_counter()
        self._pace: Pace | None = None
        self.seconds: dict[str, float] = {}

    def begin(self, stage: str) -> None:
        self.end()
        self._stage = stage
        self._pace = Pace(self._job, stage, self._emit)
        self.watch(0, None)

    def watch(self, done: int, total: int | None) -> None:
        """Told before each piece of work how many are done and how many there are; raises Cancelled."""
        if self._is_cancelled():
            raise Cancelled
        if self._pace is not None:
            self._pace.report(done, total)

    def notice(self, text: str) -> None:
        """Empty text is not told."""
        if text:
            self._emit(JobNotice(self._job, text))

    def tell(self, curve: tuple[CurvePoint, ...]) -> None:
        """The training curve so far."""
        self._emit(TrainingCurve(self._job, curve))

    def end(self) -> None:
        now = time.perf_counter()
        if self._stage:
            self.seconds[self._stage] = now - self._began
        if self._pace is not None:
            self._pace.finish()
            self._pace = None
        self._stage, self._began = "", now
