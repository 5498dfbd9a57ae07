"""The baseline that all heads are held against: the seed's recipe and its network, on the same answers.

Its loop is `core.heads.seed_loop`, with its faults corrected: one image a step, 40,000 steps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from core.benchmarks import median_seconds
from core.heads.checkpoint import predict
from core.heads.lesson import Lesson
from core.heads.network import SeedNetwork, default_hidden
from core.heads.seed_loop import train_network
from core.recipes.recipe import Method, Recipe
from core.values import HeadKind

STEPS = 40_000
_RECIPE = Recipe("seed", Method.SEED_LOOP, learning_rate=7e-6, weight_decay=0.01, batch_size=1, steps=STEPS)
_QUICKENED = Recipe("seed", Method.SEED_LOOP, learning_rate=5e-4, weight_decay=0.01, batch_size=128)
"""In steps of 128 images at a rate to match; 300 of them see as many images as the seed's 40,000."""
QUICKENED_STEPS = 300
_TIMED_STEPS = 60
_PROBED_STEPS = 8
_TIMED_IMAGES = 1024


@dataclass(frozen=True, slots=True, eq=False)
class SeedBaseline:
    seconds: float
    """Training, and its network over the whole pool"""
    network: SeedNetwork | None
    """None where it was only timed on some steps"""
    note: str

    def accuracy(self, embeddings: NDArray[np.floating], labels: NDArray[np.integer]) -> float | None:
        """On embeddings (n, dim) of known labels (n,)."""
        if self.network is None:
            return None
        return float((predict(self.network, HeadKind.CLASS, embeddings).argmax(1) == labels).mean())


def run_seed_baseline(
    taught: NDArray[np.floating], given: NDArray[np.integer], labels: int, *, pool: int, seed: int, whole: bool
) -> SeedBaseline:
    """`taught` (n, dim), `given` (n,). The pool is timed on some images and scaled; so are steps unless `whole`."""
    lesson = _lesson(taught, given, labels)
    steps = STEPS if whole else _TIMED_STEPS
    with _fewest_seconds(lambda: _train(lesson, _PROBED_STEPS, seed)):
        start = time.perf_counter()
        network = _train(lesson, steps, seed)
        training = (time.perf_counter() - start) * STEPS / steps
    some = lesson.rows[:_TIMED_IMAGES, 0].numpy()
    judging = median_seconds(lambda: predict(network, HeadKind.CLASS, some), repeats=3) * pool / len(some)
    timed = "" if whole else f", timed on {steps} and scaled"
    note = f"the seed's recipe, {STEPS:,} steps of one image{timed}, and its network over the pool"
    return SeedBaseline(training + judging, network if whole else None, note)


def quickened_network(
    taught: NDArray[np.floating], given: NDArray[np.integer], labels: int, *, seed: int, steps: int
) -> SeedNetwork:
    """The seed's network after its loop in steps of many images: `taught` (n, dim), `given` (n,)."""
    return _train(_lesson(taught, given, labels), steps, seed, _QUICKENED)


def _lesson(taught: NDArray[np.floating], given: NDArray[np.integer], labels: int) -> Lesson:
    rows = torch.from_numpy(np.asarray(taught, np.float32))[:, None]  # (n, 1, dim)
    targets = torch.eye(labels)[torch.from_numpy(np.asarray(given, np.int64))]
    return Lesson(HeadKind.CLASS, rows, targets, torch.ones(len(rows)), torch.ones(labels))


def _train(lesson: Lesson, steps: int, seed: int, recipe: Recipe = _RECIPE) -> SeedNetwork:
    features = lesson.rows.shape[2]
    torch.manual_seed(seed)
    network = SeedNetwork(features=features, hidden=default_hidden(features), outputs=lesson.targets.shape[1])
    everything = np.arange(len(lesson))
    train_network(network, lesson, everything, replace(recipe, steps=steps), seed=seed, watch=lambda done, total: None)
    return network


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
