"""From twenty new annotations to a new ranking of the whole pool, against the seed's recipe on the same answers.

The pool is drawn: forty clumps of 768 values, five labels, so that its true labels are known and any size can be had.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.arrays.embeddings import EmbeddingStore
from core.arrays.predictions import read_predictions
from core.benchmarks import BenchOptions, BenchRow, median_seconds
from core.heads.lesson import Lesson
from core.heads.live import LiveSession
from core.heads.network import SeedNetwork
from core.heads.recipe import Method, Recipe
from core.heads.seed_loop import train_network
from core.jobs.events import LiveUpdated
from core.jobs.spec import LiveChange, LiveOpen
from core.values import Annotated, EncoderSignature, Head, HeadId, HeadKind, Label, LabelId

_LABELS = 5
_CLUMPS = 40
_NEW = 20
_ROUNDS = 5
_SEED_STEPS = 40_000
_TIMED_STEPS = 60
_PROBED_STEPS = 8
_SCORED = 512
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
    accuracy: float


@dataclass(frozen=True, slots=True)
class _Seed:
    seconds: float
    accuracy: float | None
    note: str


def run(options: BenchOptions) -> list[BenchRow]:
    size = _Size(2_000, 100, 64) if options.quick else _Size(100_000, 1_000, 768)
    rows = _rows(size, options)
    if not options.quick and _free_bytes() > _LARGE_NEEDS_BYTES:
        rows += _large_rows(options)
    return rows


def _rows(size: _Size, options: BenchOptions) -> list[BenchRow]:
    with tempfile.TemporaryDirectory() as place:
        pool = _DrawnPool(Path(place), size, options.seed)
        pool.draw()
        live = _time_live(pool)
        seed = _time_seed(pool, whole=not options.quick)
    what = f"pool of {size.images:,}, {size.dim} values"
    faster = f"baseline: the seed's recipe, {seed.note}; ratio: baseline / value"
    times = {
        f"{_NEW} new on {size.answers:,} to new ranking, {what}": live.update,
        f"{size.answers:,} annotations from nothing to ranking, {what}": live.from_nothing,
    }
    rows = [BenchRow(name, value, "s", seed.seconds, seed.seconds / value, faster) for name, value in times.items()]
    return [*rows, _accuracy_row(f"live head, {size.answers:,} annotations", live, seed)]


def _accuracy_row(name: str, live: _Timed, seed: _Seed) -> BenchRow:
    if seed.accuracy is None:
        note = "on the pool; the seed's is measured in the full run only"
        return BenchRow(name, live.accuracy, "accuracy", None, None, note)
    note = "on the pool; baseline: the seed's recipe on the same answers"
    return BenchRow(name, live.accuracy, "accuracy", seed.accuracy, live.accuracy / seed.accuracy, note)


def _large_rows(options: BenchOptions) -> list[BenchRow]:
    """Two stages, embeddings read from disk at every update; against one kernel pass over everything, scaled."""
    size = _Size(_LARGE, 1_000, 768)
    with tempfile.TemporaryDirectory() as place:
        pool = _DrawnPool(Path(place), size, options.seed)
        pool.draw()
        live = _time_live(pool, rounds=3)
        baseline = _one_stage_seconds(pool)
    note = "baseline: kernel head over every image, float32, timed on 50,000 and scaled"
    what = f"pool of {size.images:,}, {size.dim} values"
    ratio = live.update / baseline
    return [BenchRow(f"{_NEW} new on {size.answers:,} to new ranking, {what}", live.update, "s", baseline, ratio, note)]


def _time_live(pool: _DrawnPool, *, rounds: int = _ROUNDS) -> _Timed:
    hashes = pool.store().index().hashes
    order = np.random.default_rng(pool.seed + 1).permutation(len(hashes))
    answered = pool.size.answers
    labels = tuple(Label(LabelId(i), f"label {i}") for i in range(_LABELS))
    head = Head(HeadId(1), "bench", HeadKind.CLASS, labels, "drawn")
    first, output = pool.answers(hashes[order[:answered]]), str(pool.folder / "live")
    start = time.perf_counter()
    session = LiveSession(LiveOpen("bench", str(pool.folder), head, pool.signature, first, _NONE, output), device="cpu")
    updated = session.update()
    from_nothing = time.perf_counter() - start
    accuracy = _accuracy(updated)
    seconds = []
    for number in range(rounds):
        new = order[answered + number * _NEW : answered + (number + 1) * _NEW]
        session.apply(LiveChange("bench", pool.answers(hashes[new]), _NONE, _NONE))
        seconds.append(session.update().seconds)
    return _Timed(from_nothing, statistics.median(seconds), accuracy)


def _accuracy(updated: LiveUpdated) -> float:
    said = read_predictions(Path(updated.file))
    return float((said.probabilities.argmax(1) == said.hashes[:, 0]).mean())


def _time_seed(pool: _DrawnPool, *, whole: bool) -> _Seed:
    """Training as in its recipes, and its network over the pool (timed on some images and scaled)."""
    store = pool.store()
    hashes = store.index().hashes
    taught = np.random.default_rng(pool.seed + 1).permutation(len(hashes))[: pool.size.answers]
    lesson = _lesson(store, hashes, taught)
    steps = _SEED_STEPS if whole else _TIMED_STEPS
    recipe = Recipe(method=Method.SEED_LOOP, learning_rate=7e-6, batch_size=1, steps=steps)
    with _fewest_seconds(lambda: _train(lesson, replace(recipe, steps=_PROBED_STEPS), pool)):
        start = time.perf_counter()
        network = _train(lesson, recipe, pool)
        training = (time.perf_counter() - start) * _SEED_STEPS / steps
    network.eval()
    start = time.perf_counter()
    _judge_seed(network, store, hashes, np.arange(min(_SCORED, len(hashes))))
    scoring = (time.perf_counter() - start) * len(hashes) / min(_SCORED, len(hashes))
    judged = np.setdiff1d(np.arange(min(20_000, len(hashes))), taught)
    accuracy = _judge_seed(network, store, hashes, judged) if whole else None
    note = f"{_SEED_STEPS:,} steps of one image" + ("" if whole else f", timed on {steps} and scaled")
    return _Seed(training + scoring, accuracy, note + ", and its network over the pool")


@contextmanager
def _fewest_seconds(work: Callable[[], object]) -> Iterator[None]:
    """As many threads as do the work soonest, one or all: beside other work torch's own are slower than one alone."""
    work()  # torch loads its compiler with the first optimiser
    cores = torch.get_num_threads()
    seconds = {}
    for count in (1, cores):
        torch.set_num_threads(count)
        seconds[count] = median_seconds(work)
    torch.set_num_threads(min(seconds, key=lambda count: seconds[count]))
    try:
        yield
    finally:
        torch.set_num_threads(cores)


def _train(lesson: Lesson, recipe: Recipe, pool: _DrawnPool) -> SeedNetwork:
    network = SeedNetwork(features=pool.size.dim, hidden=1024, outputs=_LABELS)
    taught = np.arange(len(lesson))
    train_network(network, lesson, taught, recipe, seed=pool.seed, watch=lambda done, total: None)
    return network


def _lesson(store: EmbeddingStore, hashes: NDArray[np.uint8], taught: NDArray[np.int64]) -> Lesson:
    rows = torch.from_numpy(store.gather(taught).astype(np.float32))[:, None]  # (n, 1, dim)
    targets = torch.eye(_LABELS)[torch.from_numpy(hashes[taught, 0].astype(np.int64))]
    return Lesson(HeadKind.CLASS, rows, targets, torch.ones(len(taught)), torch.ones(_LABELS))


@torch.inference_mode()
def _judge_seed(
    network: SeedNetwork, store: EmbeddingStore, hashes: NDArray[np.uint8], rows: NDArray[np.int64]
) -> float:
    said = network(torch.from_numpy(store.gather(rows).astype(np.float32))).argmax(1).numpy()
    return float((said == hashes[rows, 0]).mean())


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


def _free_bytes() -> int:
    """Memory that is free now, 0 where the system does not say."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 0
