"""What the window needs of the worker process."""

from __future__ import annotations

from typing import Protocol

from core.jobs.spec import AskSpec, JobSpec, LiveSpec


class Worker(Protocol):
    """core.jobs.process.WorkerProcess, as far as it is used here."""

    def submit(self, spec: JobSpec) -> None: ...
    def live(self, spec: LiveSpec) -> None: ...
    def judge(self, spec: AskSpec) -> None: ...
    def cancel(self, job: str, *, makes_room: bool = False) -> None: ...
    def close(self) -> None: ...
