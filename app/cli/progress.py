"""Progress of a job on stderr, fed by the worker's events: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from app.cli.terminal import console
from core.jobs.events import LOADING, Event, JobNotice, JobProgress, JobStarted

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

LINE_EVERY_S = 5.0
_HOURS_FROM_S = 5400
"""Above an hour and a half nobody counts minutes."""


class Reporter:
    """Shows events as they come, or, like this one, does not; a context, so that a bar is always taken down."""

    def show(self, event: Event) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass


Show = Callable[[Event], None]
UNSHOWN: Show = Reporter().show


def reporter(*, quiet: bool) -> Reporter:
    """The reporter that suits stderr."""
    if quiet:
        return Reporter()
    return _Bar() if sys.stderr.isatty() else _Lines()


class _Lines(Reporter):
    """A line every few seconds and one at the end of each stage, for logs and pipes."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._stages: set[str] = set()

    def show(self, event: Event) -> None:
        match event:
            case JobStarted(what=what, device=device):
                self._write(f"{what} on {device}")
            case JobNotice(text=text):
                self._write(text)
            case JobProgress() if self._is_due(event):
                self._stages.add(event.stage)
                self._write(describe(event))
            case _:
                pass

    def _is_due(self, progress: JobProgress) -> bool:
        """A stage of a single step needs no line for its end, unless it was slow enough to be named before.

        While an encoder is loaded there is no later report that could come in time.
        """
        if progress.stage.startswith(LOADING):
            return True
        if progress.done == progress.total:
            return progress.done > 1 or progress.stage in self._stages
        return time.monotonic() - self._last > LINE_EVERY_S

    def _write(self, line: str) -> None:
        self._last = time.monotonic()
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


class _Bar(Reporter):
    """One bar for each stage: count, rate, time left; nothing where no stage is told of."""

    def __init__(self) -> None:
        self._progress = _bar()
        self._stages: dict[str, TaskID] = {}

    def show(self, event: Event) -> None:
        match event:
            case JobStarted(what=what, device=device):
                self._loaded()
                self._progress.console.print(f"{what} on {device}")
            case JobNotice(text=text):
                self._progress.console.print(text)
            case JobProgress(stage=stage, done=done, total=total):
                self._progress.start()
                if stage not in self._stages:
                    self._stages[stage] = self._progress.add_task(stage, total=total, speed="", left="")
                speed, left = _speed(event), _time_left(event)
                self._progress.update(self._stages[stage], completed=done, total=total, speed=speed, left=left)
            case _:
                pass

    def _loaded(self) -> None:
        """What was loaded is there once the work begins."""
        for stage in [stage for stage in self._stages if stage.startswith(LOADING)]:
            self._progress.remove_task(self._stages.pop(stage))

    def __exit__(self, *exception: object) -> None:
        if self._progress.live.is_started:
            self._progress.stop()


def _bar() -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}", markup=False),
        TextColumn("{task.fields[left]}", markup=False),
        console=console(sys.stderr),
        transient=False,
    )


def describe(progress: JobProgress) -> str:
    """One line: stage, count, rate, time left."""
    if progress.total is None and not progress.done:
        return progress.stage
    total = f"/{progress.total:,}" if progress.total is not None else ""
    count = f"{progress.stage}: {progress.done:,}{total}"
    return ", ".join(filter(None, (count, _speed(progress), _time_left(progress))))


def _speed(progress: JobProgress) -> str:
    return f"{progress.rate:,.1f}/s" if progress.rate else ""


def _time_left(progress: JobProgress) -> str:
    """ "" until the job knows, and at the end."""
    left = round(progress.remaining_s or 0)
    if left > _HOURS_FROM_S:
        return f"about {left / 3600:.0f} h left"
    if left >= 120:
        return f"{left // 60:,} min left"
    return f"{left} s left" if left else ""
