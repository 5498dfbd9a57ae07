"""Imports and exports: what waits, what runs, and what becomes of the result."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.jobs.events import JobFailed, JobFinished
from core.jobs.exchange import ExportAnswersSpec, ExportHeadSpec, ImportAnswersSpec, ImportHeadSpec
from core.jobs.spec import JobSpec


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """`done` takes the result in, on the window's thread; what it raises is told as a failure of the work.

    It may go on in a thread of its own, and says when it is over by what it is given, from whichever thread.
    """

    what: str
    """For the bar below, such as "Importing"."""
    spec: JobSpec
    done: Callable[[JobFinished, Callable[[], None]], None]
    failed: Callable[[JobFailed], None]


class Exchanges:
    """First come, first served; one runs at a time."""

    def __init__(self, want: Callable[[], None], tell: Callable[[str], None]) -> None:
        """`want` is told that there is work, `tell` what becomes of it where nobody waits for it any more."""
        self._want = want
        self._tell = tell
        self._waiting: deque[Exchange] = deque()
        self._running: Exchange | None = None
        self._taken_in: list[Exchange] = []
        """Whose results are being written"""

    def add(self, exchange: Exchange) -> None:
        self._waiting.append(exchange)
        self._want()

    @property
    def waits(self) -> bool:
        return bool(self._waiting)

    @property
    def what(self) -> str:
        """For the bar, of the one that runs."""
        return self._running.what if self._running is not None else ""

    @property
    def first(self) -> Exchange | None:
        """The one that is taken in, runs, or else waits."""
        return next(iter([*self._taken_in, *filter(None, [self._running]), *self._waiting]), None)

    @property
    def under_way(self) -> str:
        """The first one, with the name of its file or folder; empty without any."""
        exchange = self.first
        return "" if exchange is None else f"{exchange.what} {_name_of(exchange.spec)}".strip()

    def begin(self) -> JobSpec | None:
        """The next one, which runs from now on."""
        self._running = self._waiting.popleft() if self._waiting else None
        return self._running.spec if self._running is not None else None

    def finish(self, event: JobFinished) -> None:
        running, self._running = self._running, None
        if running is not None:
            self._taken_in.append(running)
            over = partial(self._over, running)
            try:
                running.done(event, over)
            except BaseException:
                over()
                raise

    def _over(self, exchange: Exchange) -> None:
        with suppress(ValueError):  # its project was left
            self._taken_in.remove(exchange)

    def fail(self, event: JobFailed) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.failed(event)

    def begin_again(self) -> None:
        """The worker died of it: once more."""
        if self._running is not None:
            self._waiting.appendleft(self._running)

    def give_up(self) -> None:
        """The one that runs comes to nothing, as its person knows already."""
        self._running = None

    def clear(self) -> None:
        """The project that they are of is left: nothing of them was taken in, and that is told."""
        given_up = [*([self._running] if self._running is not None else []), *self._waiting]
        self._waiting.clear()
        self._taken_in.clear()  # it is written before its project is closed
        self._running = None
        if given_up:
            what = " and ".join(dict.fromkeys(exchange.what for exchange in given_up))
            self._tell(f"{what} was stopped with the project that was left, and nothing came of it: do it again there.")


def _name_of(spec: JobSpec) -> str:
    match spec:
        case ImportAnswersSpec(source=place) | ImportHeadSpec(source=place):
            return Path(place).name
        case ExportAnswersSpec(destination=place) | ExportHeadSpec(folder=place):
            return Path(place).name
        case _:
            return ""
