"""Projects, and a worker whose events can be waited for."""

from __future__ import annotations

import queue
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.jobs.events import JobFinished
from core.jobs.process import WorkerProcess
from core.jobs.run import run_job
from core.project import Project


class Listener:
    """Collects a worker's events from its threads; a test waits for the ones it needs."""

    def __init__(self, **options) -> None:
        self.seen = []
        self._arrived = queue.Queue()
        self.worker = WorkerProcess(self._arrived.put, **options)

    def wait_for(self, wanted, *, timeout=60.0):
        """The next event for which `wanted` holds; what comes before it is kept in `seen`."""
        end = time.monotonic() + timeout
        while True:
            event = self._arrived.get(timeout=max(end - time.monotonic(), 0.01))
            self.seen.append(event)
            if wanted(event):
                return event

    def wait_for_end(self, job):
        from core.jobs.events import JobCancelled, JobFailed, WorkerDied

        ends = (JobFinished, JobCancelled, JobFailed, WorkerDied)
        return self.wait_for(lambda event: isinstance(event, ends) and event.job == job)


@pytest.fixture
def listener():
    listener = Listener()
    yield listener
    listener.worker.close()


def draw_noise(folder: Path, count: int, *, side: int = 64) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for number in range(count):
        pixels = rng.integers(0, 256, (side, side, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:04}.png")
    return folder


@pytest.fixture
def project(tmp_path):
    """Forty small pictures, scanned."""
    with Project.create(tmp_path / "project", [str(draw_noise(tmp_path / "images", 40))]) as project:
        spec = project.scan_spec("first")
        project.adopt(JobFinished("first", run_job(spec, project.adopt, lambda: False)))
        yield project
