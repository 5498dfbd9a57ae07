"""From twenty new annotations to a new ranking of the whole pool, against the seed's recipe on the same answers.

The new annotations are of the first images of the queue, as a person's are.

The pool is drawn: forty clumps of 768 values, five labels, so that its true labels are known and any size can be had.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.arrays.embeddings import EmbeddingStore
from core.arrays.predictions import read_predictions
from core.benchmarks import BenchOptions, BenchRow
from core.benchmarks.seed_baseline import run_seed_baseline
from core.heads.live import LiveSession
from core.jobs.events import LiveUpdated
from core.jobs.spec import LiveChange, LiveOpen
from core.values import MEMBERS, Annotated, EncoderSignature, Head, HeadId, HeadKind, Label, LabelId

_LABELS = 5
_CLUMPS = 40
_NEW = 20
_ROUNDS = 5
_JUDGED = 20_000
_LARGE = 1_000_000
_LARGE_NEEDS_BYTES = 8 << 30
_NONE = np.empty((0, 32), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class _Size:
    images: int
    answers: int
    dim: int


@dataclass(frozen=True, slots=True, eq=False)
class _DrawnPool:
    """A project folder with embeddings; the label of an image is the first byte of its hash."""

    folder: Path
    size: _Size
    seed: int
    device: str

    @property
    def signature(self) -> EncoderSignature:
        return EncoderSignature("drawn", "drawn", "1", "{}", self.size.dim)

    def store(self) -> EmbeddingStore:
        return EmbeddingStore(self.folder / "embeddings" / self.signature.folder)

    def draw(self) -> None:
        rng = np.random.default_rng(self.seed)
        centres = rng.standard_normal((_CLUMPS, self.size.dim), dtype=np.float32)
        label_of = np.arange(_CLUMPS) % _LABELS
        with self.store().writer(self.signature) as writer:
            for start in range(0, self.size.images, 8192):
                count = min(8192, self.size.images - start)
                clump = rng.integers(0, _CLUMPS, count)
                noise = rng.standard_normal((count, self.size.dim), dtype=np.float32)
                hashes = rng.integers(0, 256, (count, 32)).astype(np.uint8)
                hashes[:, 0] = label_of[clump]
                writer.add(hashes, (centres[clump] + 3.0 * noise).astype(np.float16))

    def answers(self, hashes: NDArray[np.uint8]) -> Annotated:
        n = len(hashes)
        return Annotated(
            hashes, np.eye(_LABELS, dtype=np.float32)[hashes[:, 0]], np.ones(n, dtype=np.float32), np.arange(n)
        )


@dataclass(frozen=True, slots=True)
class _Timed:
    from_nothing: float
    update: float
    """After answers to images of the queue's head, whose columns were computed while the person looked at them"""
    elsewhere: float
    """After answers to images from anywhere"""
    accuracy: float


@dataclass(frozen=True, slots=True)
class _Seed:
    seconds: float
    accuracy: float | None
    note: str


def run(options: BenchOptions) -> list[BenchRow]:
    size = _Size(2_000, 100, 64) if options.quick else _Size(100_000, 1_000, 768)
    large = not options.quick and _free_bytes() > _LARGE_NEEDS_BYTES
    rows = _large_rows(options) if large else []  # first, while the peak of the process's memory is its own
    return _rows(size, options) + rows


def _rows(size: _Size, options: BenchOptions) -> list[BenchRow]:
    with tempfile.TemporaryDirectory() as place:
        pool = _DrawnPool(Path(place), size, options.seed, options.device)
        pool.draw()
        live = _time_live(pool)
        seed = _time_seed(pool, whole=not options.quick)
    what = f"pool of {size.images:,}, {size.dim} values"
    faster = f"baseline: {seed.note}; ratio: baseline / value"
    times = {
        f"{_NEW} new on {size.answers:,} to new ranking, {what}": live.update,
        f"{_NEW} new from outside the queue's head on {size.answers:,}, {what}": live.elsewhere,
        f"{size.answers:,} annotations from nothing to ranking, {what}": live.from_nothing,
    }
    ahead = "columns of the queue's head were computed while the person looked at it; "
    notes = [ahead + faster, faster, faster]
    rows = [
        BenchRow(name, value, "s", seed.seconds, seed.seconds / value, note)
        for (name, value), note in zip(times.items(), notes, strict=True)
    ]
    return [*rows, _accuracy_row(f"live head, {size.answers:,} annotations", live, seed)]


def _accuracy_row(name: str, live: _Timed, seed: _Seed) -> BenchRow:
    if seed.accuracy is None:
        note = "on the pool; the seed's is measured in the full run only"
        return BenchRow(name, live.accuracy, "accuracy", None, None, note)
    note = "on images of the pool that were not taught; baseline: the seed's recipe on the same answers"
    return BenchRow(name, live.accuracy, "accuracy", seed.accuracy, live.accuracy / seed.accuracy, note)


def _large_rows(options: BenchOptions) -> list[BenchRow]:
    """Two stages, embeddings read from disk; against one kernel pass over everything, scaled.

    A queue from nothing is that of a worker that has just started: the store is opened and every embedding looked at.
    Before the new answers the components are found, as while a person looks; then those of the doubtful alone are.
    """
    size = _Size(_LARGE, 1_000, 768)
    with tempfile.TemporaryDirectory() as place:
        pool = _DrawnPool(Path(place), size, options.seed, options.device)
        pool.draw()
        live = _time_live(pool, rounds=3)
        peak = _peak_bytes() / 1e9
        baseline = _one_stage_seconds(pool)
    note = f"a committee of {MEMBERS}; baseline: kernel head over every image, float32, timed on 50,000 and scaled"
    what = f"pool of {size.images:,}, {size.dim} values"
    times = {
        f"{_NEW} new on {size.answers:,} to new ranking, {what}": live.update,
        f"{size.answers:,} annotations from nothing to queue, {what}": live.from_nothing,
    }
    rows = [BenchRow(name, value, "s", baseline, value / baseline, note) for name, value in times.items()]
    whole = size.images * size.dim * 4 / 1e9
    held = "peak of the process, its interpreter and torch included; baseline: the embeddings in float32"
    return [*rows, BenchRow(f"memory of both, {what}", peak, "GB", whole, peak / whole, held)]


def _time_live(pool: _DrawnPool, *, rounds: int = _ROUNDS) -> _Timed:
    hashes = pool.store().index().hashes
    taught = np.random.default_rng(pool.seed + 1).permutation(len(hashes))[: pool.size.answers]
    labels = tuple(Label(LabelId(i), f"label {i}") for i in range(_LABELS))
    head = Head(HeadId(1), "bench", HeadKind.CLASS, labels, "drawn")
    first, output = pool.answers(hashes[taught]), str(pool.folder / "live")
    start = time.perf_counter()
    order = LiveOpen("bench", str(pool.folder), head, pool.signature, first, _NONE, _NONE, output, pool.device)
    session = LiveSession(order)
    updated = session.update()
    from_nothing = time.perf_counter() - start
    accuracy = _accuracy(updated, taught)
    rng = np.random.default_rng(pool.seed + 2)
    asked, elsewhere = [], []
    for _ in range(rounds):
        session.foresee()  # the worker does this while the person looks at the queue
        new = read_predictions(Path(updated.file)).order[:_NEW]
        session.apply(LiveChange("bench", pool.answers(hashes[new]), _NONE, _NONE))
        asked.append(session.update().seconds)
        session.apply(LiveChange("bench", pool.answers(hashes[rng.integers(0, len(hashes), _NEW)]), _NONE, _NONE))
        updated = session.update()
        elsewhere.append(updated.seconds)
    return _Timed(from_nothing, statistics.median(asked), statistics.median(elsewhere), accuracy)


def _accuracy(updated: LiveUpdated, taught: NDArray[np.int64]) -> float:
    """On images that were not taught, the same as for the seed."""
    said = read_predictions(Path(updated.file))
    judged = _judged(len(said), taught)
    return float((said.probabilities[judged].argmax(1) == said.hashes[judged, 0]).mean())


def _judged(count: int, taught: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.setdiff1d(np.arange(min(_JUDGED, count)), taught)


def _time_seed(pool: _DrawnPool, *, whole: bool) -> _Seed:
    store = pool.store()
    hashes = store.index().hashes
    taught = np.random.default_rng(pool.seed + 1).permutation(len(hashes))[: pool.size.answers]
    run = run_seed_baseline(
        store.gather(taught), hashes[taught, 0], _LABELS, pool=len(hashes), seed=pool.seed, whole=whole
    )
    judged = _judged(len(hashes), taught)
    return _Seed(run.seconds, run.accuracy(store.gather(judged), hashes[judged, 0]), run.note)


def _one_stage_seconds(pool: _DrawnPool) -> float:
    """A kernel head of 1,000 support images and 8 x 5 columns over part of the pool, scaled to all of it."""
    store, part = pool.store(), 50_000
    support = torch.from_numpy(store.gather(np.arange(1_000)).astype(np.float32))
    columns = torch.randn(1_000, 8 * _LABELS)
    start = time.perf_counter()
    for at in range(0, part, 4_096):
        rows = torch.from_numpy(store.gather(np.arange(at, min(at + 4_096, part)))).float()
        torch.exp(rows @ support.T * 1e-3 - 2.0) @ columns
    return (time.perf_counter() - start) * pool.size.images / part


def _peak_bytes() -> int:
    """Most memory this process ever had, 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _free_bytes() -> int:
    """Memory that is free now, 0 where the system does not say."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 0
