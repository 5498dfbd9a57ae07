"""Progress of a job on stderr, fed by the worker's events: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

from core.jobs.events import Event, JobNotice, JobProgress, JobStarted

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

LINE_EVERY_S = 5.0


class Reporter:
    """Shows events as they come, or, like this one, does not; a context, so that a bar is always taken down."""

    def show(self, event: Event) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass


def reporter(*, quiet: bool) -> Reporter:
    """The reporter that suits stderr."""
    if quiet:
        return Reporter()
    return _Bar() if sys.stderr.isatty() else _Lines()


class _Lines(Reporter):
    """A line every few seconds and one at the end of each stage, for logs and pipes."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def show(self, event: Event) -> None:
        match event:
            case JobStarted(what=what, device=device):
                self._write(f"{what} on {device}")
            case JobNotice(text=text):
                self._write(text)
            case JobProgress() if self._is_due(event):
                self._write(describe(event))
            case _:
                pass

    def _is_due(self, progress: JobProgress) -> bool:
        return progress.done == progress.total or time.monotonic() - self._last > LINE_EVERY_S

    def _write(self, line: str) -> None:
        self._last = time.monotonic()
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


class _Bar(Reporter):
    """One bar for each stage: count, rate, time left."""

    def __init__(self) -> None:
        self._progress = _bar()
        self._stages: dict[str, TaskID] = {}

    def show(self, event: Event) -> None:
        match event:
            case JobStarted(what=what, device=device):
                self._progress.console.print(f"{what} on {device}", markup=False, highlight=False)
            case JobNotice(text=text):
                self._progress.console.print(text, markup=False, highlight=False)
            case JobProgress(stage=stage, done=done, total=total, rate=rate):
                if stage not in self._stages:
                    self._stages[stage] = self._progress.add_task(stage, total=total, rate="")
                speed = f"{rate:,.1f}/s" if rate else ""
                self._progress.update(self._stages[stage], completed=done, total=total, rate=speed)
            case _:
                pass

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        transient=False,
    )


def describe(progress: JobProgress) -> str:
    """One line: stage, count, rate, time left."""
    total = f"/{progress.total:,}" if progress.total is not None else ""
    parts = [f"{progress.stage}: {progress.done:,}{total}"]
    if progress.rate:
        parts.append(f"{progress.rate:,.1f}/s")
    if progress.remaining_s:
        parts.append(f"{progress.remaining_s:,.0f} s left")
    return ", ".join(parts)
