"""Projects opened, and jobs run, in the command line's own process."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.cli.interrupts import GOES_ON, interrupts
from app.cli.logs import log_to
from app.cli.terminal import Terminal
from app.project_places import project_at

if TYPE_CHECKING:
    from core.jobs.events import Event
    from core.jobs.spec import JobSpec
    from core.project import Project

Result = TypeVar("Result")
Work = Callable[[Callable[["Event"], None], Callable[[], bool]], Result]


@contextmanager
def opened(folder: Path, *, write: bool = False) -> Iterator[Project]:
    """The project, for as long as the command needs it; writing takes its lock."""
    from core.project import Project

    with Project.open(project_at(folder), read_only=not write) as project:
        log_to(project.folder / "logs")
        yield project


def new_job() -> str:
    return uuid.uuid4().hex


def run(
    project: Project,
    spec: JobSpec,
    terminal: Terminal,
    on_event: Callable[[Event], None] | None = None,
    *,
    left: str = GOES_ON,
    last: bool = False,
) -> object:
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

    return watched(work, terminal, left=left, last=last)


def watched(work: Work[Result], terminal: Terminal, *, left: str = GOES_ON, last: bool = False) -> Result:
    """Do `work(show, is_cancelled)` with progress on stderr; Ctrl-C stops it: Cancelled says what is left.

    After the `last` work of a call only its answer is to come.
    """
    from app.cli.progress import reporter

    with (
        interrupts(left, quiet=terminal.quiet, last=last) as is_cancelled,
        reporter(quiet=terminal.quiet) as shown,
    ):
        return work(shown.show, is_cancelled)
