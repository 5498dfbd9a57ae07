"""The worker's job thread: one job at a time, in order, each with its own cancel flag."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections import deque

from core.errors import Cancelled
from core.jobs.events import JobCancelled
from core.jobs.run import Emit, Warm, report_job
from core.jobs.spec import JobSpec

log = logging.getLogger(__name__)

_NICENESS = 10
"""Of the job thread and the threads it starts: painting and the live head come first."""


class JobLane:
    """Any thread may call; the work happens in the lane's own thread."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._waiting: deque[JobSpec] = deque()
        self._running: str | None = None
        self._cancelled: set[str] = set()
        self._stopping = False
        self._changed = threading.Condition()
        self._warm = Warm()
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
        self._thread.start()

    def submit(self, spec: JobSpec) -> None:
        with self._changed:
            self._waiting.append(spec)
            self._changed.notify_all()

    def cancel(self, job: str) -> None:
        """A running job stops at its next step; a waiting one is answered at once and never starts."""
        with self._changed:
            waiting = [spec for spec in self._waiting if spec.job == job]
            for spec in waiting:
                self._waiting.remove(spec)
            if self._running == job:
                self._cancelled.add(job)
        if waiting:
            self._emit(JobCancelled(job))

    def stop(self, grace: float) -> None:
        """Cancel everything and wait up to `grace` seconds for the running job to put down what is finished."""
        with self._changed:
            self._stopping = True
            self._waiting.clear()
            self._changed.notify_all()
        self._thread.join(grace)

    def _work(self) -> None:
        if sys.platform == "linux":  # elsewhere niceness belongs to the whole process, live head and all
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        while (spec := self._next()) is not None:
            self._run(spec)

    def _next(self) -> JobSpec | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            if self._stopping:
                return None
            spec = self._waiting.popleft()
            self._running = spec.job
            return spec

    def _run(self, spec: JobSpec) -> None:
        try:
            report_job(spec, self._emit, lambda: self._stopping or spec.job in self._cancelled, warm=self._warm)
        except Cancelled:
            log.info("job %s ended with its owner", spec.job)
        finally:
            with self._changed:
                self._running = None
                self._cancelled.discard(spec.job)
