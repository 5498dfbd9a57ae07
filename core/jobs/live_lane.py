"""The worker's live thread: keeps the live head current beside a running job."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, assert_never

import numpy as np
from numpy.typing import NDArray

from core.errors import Cancelled
from core.jobs.events import JobNotice
from core.jobs.run import Emit, failure
from core.jobs.spec import LiveChange, LiveClose, LiveOpen, LiveSpec
from core.values import Annotated

if TYPE_CHECKING:
    from core.heads.live import LiveSession

log = logging.getLogger(__name__)


class LiveLane:
    """Holds one live head at a time. Any thread may submit; the work happens in the lane's own thread."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._orders: queue.SimpleQueue[LiveSpec] = queue.SimpleQueue()
        self._job: str | None = None
        self._session: LiveSession | None = None
        threading.Thread(target=self._work, name="live", daemon=True).start()

    def submit(self, spec: LiveSpec) -> None:
        self._orders.put(spec)

    def _work(self) -> None:
        while True:
            for order in coalesce(self._take_waiting()):
                self._answer(order)
            if self._session is not None and self._job is not None and self._orders.empty():
                self._foresee(self._session, self._job)

    def _foresee(self, session: LiveSession, job: str) -> None:
        """Between answers; what is known better then is said at once."""
        while self._session is session and self._knows_more(session):
            self._try(job, partial(self._update, session, job))

    def _knows_more(self, session: LiveSession) -> bool:
        try:
            return session.foresee(self._is_wanted)
        except Exception:
            log.exception("nothing was made ready for the next answers")
            return False

    def _is_wanted(self) -> bool:
        return not self._orders.empty()

    def _take_waiting(self) -> list[LiveSpec]:
        orders = [self._orders.get()]
        while not self._orders.empty():
            orders.append(self._orders.get())
        return orders

    def _answer(self, order: LiveSpec) -> None:
        self._try(order.job, partial(self._apply, order))

    def _try(self, job: str, work: Callable[[], None]) -> None:
        try:
            work()
        except Cancelled:
            log.info("live head %s ended with its owner", job)
        except Exception as error:
            log.exception("live head %s failed", job)
            self._session, self._job = None, None
            self._emit(failure(job, error))

    def _update(self, session: LiveSession, job: str) -> None:
        device = session.device
        updated = session.update()
        if session.device != device:
            self._emit(JobNotice(job, f"the memory of {device} is full: the ranking goes on on the CPU"))
        self._emit(updated)

    def _apply(self, order: LiveSpec) -> None:
        match order:
            case LiveOpen():
                from core.heads.live import LiveSession

                self._session, self._job = None, None
                self._session, self._job = LiveSession(order), order.job
                self._update(self._session, order.job)
            case LiveChange():
                if self._session is not None and order.job == self._job:
                    self._session.apply(order)
                    self._update(self._session, order.job)
            case LiveClose():
                if order.job == self._job:
                    self._session, self._job = None, None
            case _:
                assert_never(order)


def coalesce(orders: Sequence[LiveSpec]) -> list[LiveSpec]:
    """The same end state with the fewest updates: nothing before the last open, and neighbouring changes as one."""
    opens = [position for position, order in enumerate(orders) if isinstance(order, LiveOpen)]
    kept: list[LiveSpec] = []
    for order in orders[opens[-1] if opens else 0 :]:
        last = kept[-1] if kept else None
        if isinstance(order, LiveChange) and isinstance(last, LiveChange) and last.job == order.job:
            kept[-1] = merge(last, order)
        else:
            kept.append(order)
    return kept


def merge(first: LiveChange, second: LiveChange) -> LiveChange:
    """Both changes as one; what the second says of an image holds."""
    old = ~_contains(second.changed.hashes, first.changed.hashes)  # (images,) not said anew
    moved = np.concatenate([second.excluded, second.included])
    return LiveChange(
        job=second.job,
        changed=Annotated(
            hashes=np.concatenate([first.changed.hashes[old], second.changed.hashes]),
            targets=np.concatenate([first.changed.targets[old], second.changed.targets]),
            weights=np.concatenate([first.changed.weights[old], second.changed.weights]),
            groups=np.concatenate([first.changed.groups[old], second.changed.groups]),
        ),
        excluded=np.concatenate([first.excluded[~_contains(moved, first.excluded)], second.excluded]),
        included=np.concatenate([first.included[~_contains(moved, first.included)], second.included]),
        pairs=first.pairs if second.pairs is None else second.pairs,
    )


def _contains(known: NDArray[np.uint8], asked: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which rows of `asked` (n, 32) are among the rows of `known`.  # (n,)"""
    keys = {row.tobytes() for row in known}
    return np.array([row.tobytes() in keys for row in asked], dtype=np.bool_)
