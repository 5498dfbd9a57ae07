"""Short work beside the window's thread, its result handed over on the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.errors import WinnowError

Result = TypeVar("Result")


class Background(QObject):
    """One thread; of several orders of one name only the newest is answered."""

    _finished = Signal(object, object, object)
    """name, number and future of an order"""

    def __init__(self, on_error: Callable[[BaseException], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_error = on_error
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="window-background")
        self._newest: dict[str, int] = {}
        self._answers: dict[str, Callable[[Any], None]] = {}
        self._endings: dict[int, Callable[[], object]] = {}
        self._failures: dict[int, Callable[[BaseException], object]] = {}
        self._count = 0
        self._closed = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        name: str,
        work: Callable[[], Result],
        answer: Callable[[Result], None],
        *,
        ended: Callable[[], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
    ) -> None:
        """`work` must capture what it needs and change nothing; `answer` is called with its result.

        Before that `ended` is called, also where the work failed or nobody waits for its result any more. Who waits
        for it hears by `failed` that none comes; the person is told of the error by then.
        """
        if self._closed:
            return
        self._count += 1
        number = self._count
        self._newest[name], self._answers[name] = number, answer
        if ended is not None:
            self._endings[number] = ended
        if failed is not None:
            self._failures[number] = failed
        future = self._pool.submit(self._unless_outdated, name, number, work)
        future.add_done_callback(partial(self._report, name, number))

    @property
    def busy(self) -> bool:
        return bool(self._newest)

    @property
    def closed(self) -> bool:
        """Long work looks here whether anybody still waits for it."""
        return self._closed

    def forget(self, *names: str) -> None:
        """No order of these names given so far is answered; without a name, none at all."""
        for name in names or tuple(self._newest):
            self._newest.pop(name, None)
            self._answers.pop(name, None)

    def finish(self) -> None:
        """Returns once all that was ordered is done, for what must not be lost; it is answered later."""
        if not self._closed:
            self._pool.submit(int).result()

    def close(self, *, wait: bool = True) -> None:
        """Nothing is answered from now on. `wait`: until what runs is done, for work that must not outlive its data."""
        self._closed = True
        self.forget()
        self._pool.shutdown(wait=wait, cancel_futures=True)

    def _unless_outdated(self, name: str, number: int, work: Callable[[], Result]) -> Result | None:
        return work() if self._newest.get(name) == number else None

    def _report(self, name: str, number: int, future: Future[Any]) -> None:
        if not self._closed and not future.cancelled():
            self._finished.emit(name, number, future)

    @Slot(object, object, object)
    def _deliver(self, name: str, number: int, future: Future[Any]) -> None:
        if self._closed:
            return
        if (ended := self._endings.pop(number, None)) is not None:
            ended()
        failed = self._failures.pop(number, None)
        if self._newest.get(name) != number:
            return
        del self._newest[name]
        answer = self._answers.pop(name)
        error = future.exception()
        if error is None:
            answer(future.result())
        else:
            self._on_error(error)
            if failed is not None:
                failed(error)


def wrong_with(work: Callable[[], object]) -> str:
    """Why it could not be done; empty where it was."""
    try:
        work()
    except WinnowError as error:
        return str(error)
    return ""
