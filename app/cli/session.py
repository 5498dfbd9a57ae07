"""Projects opened, and jobs run, in the command line's own process."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final, TypeVar

from app.cli.logs import log_to
from app.cli.terminal import Terminal

if TYPE_CHECKING:
    from core.jobs.events import Event
    from core.jobs.spec import JobSpec
    from core.project import Project

Result = TypeVar("Result")
_STDERR: Final = 2
_STOPPING: Final = b"\nstopping after this batch; what is done is kept (Ctrl+C once more breaks off at once)\n"
Work = Callable[[Callable[["Event"], None], Callable[[], bool]], Result]


@contextmanager
def opened(folder: Path, *, write: bool = False) -> Iterator[Project]:
    """The project, for as long as the command needs it; writing takes its lock."""
    from core.project import Project

    with Project.open(folder, read_only=not write) as project:
        log_to(project.folder / "logs")
        yield project


def new_job() -> str:
    return uuid.uuid4().hex


def run(project: Project, spec: JobSpec, terminal: Terminal, on_event: Callable[[Event], None] | None = None) -> object:
    """Run `spec` here, each event adopted before the next; returns its result. Ctrl-C raises Cancelled."""
    from core.jobs.events import JobFinished
    from core.jobs.run import run_job

    def work(show: Callable[[Event], None], is_cancelled: Callable[[], bool]) -> object:
        def emit(event: Event) -> None:
            project.adopt(event)
            show(event)
            if on_event is not None:
                on_event(event)

        result = run_job(spec, emit, is_cancelled)
        emit(JobFinished(spec.job, result))
        return result

    return watched(work, terminal)


def watched(work: Work[Result], terminal: Terminal) -> Result:
    """Do `work(show, is_cancelled)` with progress on stderr; the first Ctrl-C asks it to stop, the second breaks it."""
    from app.cli.progress import reporter

    with _interrupts(quiet=terminal.quiet) as is_cancelled, reporter(quiet=terminal.quiet) as shown:
        return work(shown.show, is_cancelled)


@contextmanager
def _interrupts(*, quiet: bool) -> Iterator[Callable[[], bool]]:
    """Turn the first SIGINT into a flag, so that work stops between two steps and keeps what it has; and say so."""
    asked: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        if not quiet:
            with suppress(OSError):
                os.write(_STDERR, _STOPPING)  # a stream may be in the middle of a write, a descriptor is not

    try:
        before = signal.signal(signal.SIGINT, ask)
    except ValueError:  # not in the main thread: a test or a notebook
        yield lambda: False
        return
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)
