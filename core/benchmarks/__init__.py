"""Benchmarks of the engine: each value stands beside a baseline measured in the same run.

Every module here and in `app.benchmarks` has `run(options: BenchOptions) -> list[BenchRow]` and is found by its file
name.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """`data` is the folder of shared photographs or None; `quick` shrinks sizes and says so in the rows."""

    data: Path | None
    seed: int = 0
    quick: bool = False
    device: str = "auto"
    """auto, cpu, cuda, cuda:N or mps: where encoders and heads run; baselines of the seed's recipe stay on the CPU."""
    picture: Path | None = None
    """Where `labels` draws its curves."""
    kept: Path | None = None
    """Where `labels` keeps its curves, to go on with after it was stopped."""
    tell: Callable[[str], None] = lambda line: None
    """Hears of what is finished while the rest still runs."""


@dataclass(frozen=True, slots=True)
class BenchRow:
    """One figure and the baseline it is held against. `ratio` is value / baseline unless `note` says otherwise."""

    name: str
    value: float
    unit: str
    baseline: float | None
    ratio: float | None
    note: str = ""


def median_seconds(work: Callable[[], object], *, repeats: int = 3) -> float:
    """Median wall time of `repeats` calls, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
