"""Threads that each compute on one core: no barriers, so that the live head stays quick beside an embedding job.

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
        self._pool = ThreadPoolExecutor(self.count, thread_name_prefix="live-head")
        cores = torch.get_num_threads()
        together = threading.Barrier(self.count)
        for ready in [self._pool.submit(_use_one_core, together) for _ in range(self.count)]:
            ready.result()
        torch.set_num_threads(cores)

    def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do `work` on one core, and wait for it."""
        return self._pool.submit(work, *args, **kwargs).result()

    def each(self, work: Callable[[T], None], parts: Iterable[T]) -> None:
        """Do `work` for every part, on all cores; raises what the first failing part raised."""
        for _ in self._pool.map(work, parts):
            pass

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _use_one_core(together: threading.Barrier) -> None:
    """Torch keeps the number of cores for each thread, and takes the last one set for threads that start later."""
    torch.set_num_threads(1)
    together.wait(timeout=60)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
