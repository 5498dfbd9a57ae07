"""Threads that each compute on one core: no barriers, so that work stays quick beside other work.

Torch's own threads wait for each other at the end of every operation; with other work on the cores each such wait was
measured at 10 ms and more, a hundred times the operation itself.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import torch

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")


class Workers:
    """One thread for each core this process may use; threads of others keep their own number of cores."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count or _cores()
        cores = torch.get_num_threads()
        self._pool = _one_core_threads(self.count)
        self._conductor = _one_core_threads(1)
        torch.set_num_threads(cores)

    def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do `work` on one core, and wait for it; it may itself call `each`."""
        return self._conductor.submit(work, *args, **kwargs).result()

    def each(self, work: Callable[[T], None], parts: Iterable[T]) -> None:
        """Do `work` for every part, on all cores; raises what the first failing part raised."""
        for _ in self._pool.map(work, parts):
            pass

    def gather(self, work: Callable[[T], R], parts: Iterable[T]) -> list[R]:
        """What `work` made of every part, in order, on all cores."""
        return list(self._pool.map(work, parts))

    def close(self) -> None:
        for threads in (self._pool, self._conductor):
            threads.shutdown(wait=False, cancel_futures=True)


def _one_core_threads(count: int) -> ThreadPoolExecutor:
    threads = ThreadPoolExecutor(count, thread_name_prefix="one-core")
    together = threading.Barrier(count)
    for ready in [threads.submit(_use_one_core, together) for _ in range(count)]:
        ready.result()
    return threads


def _use_one_core(together: threading.Barrier) -> None:
    """Torch keeps the number of cores for each thread; asked for the first time, it takes the last one set anywhere."""
    torch.get_num_threads()  # asked now, and so not later, when the number has been set for everybody again
    torch.set_num_threads(1)
    together.wait(timeout=60)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
