"""A version from many annotations, against the seed's recipe on the same annotations and the same held-out images."""

from __future__ import annotations

import hashlib
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.arrays.embeddings import EmbeddingStore
from core.benchmarks import BenchOptions, BenchRow
from core.benchmarks.letters import DIM, LETTERS, LetterSet, draw_letters
from core.heads.checkpoint import load_head, predict
from core.heads.lesson import Lesson
from core.heads.network import SeedNetwork, default_hidden
from core.heads.recipe import Method, Recipe
from core.heads.seed_loop import train_network
from core.heads.version import train_version
from core.jobs.events import TrainResult
from core.jobs.spec import TrainSpec
from core.values import Annotated, EncoderSignature, Head, HeadId, HeadKind, Label, LabelId

_SEED_RECIPE = Recipe("seed", Method.SEED_LOOP, learning_rate=7e-6, weight_decay=0.01, batch_size=1, steps=40_000)
_TIMED_STEPS = 60
_TIMED_IMAGES = 2_048
_PHOTOGRAPHS = {"flowers5": 0.877, "trashnet": 0.797}
"""What logistic regression reached on these embeddings, five-fold."""


@dataclass(frozen=True, slots=True)
class _Size:
    annotations: int
    few: int
    pool: int
    held_out: int


def run(options: BenchOptions) -> list[BenchRow]:
    size = _Size(400, 60, 2_000, 500) if options.quick else _Size(10_000, 300, 100_000, 5_000)
    letters, held_out = draw_letters(size.pool, seed=options.seed), draw_letters(size.held_out, seed=options.seed + 1)
    with tempfile.TemporaryDirectory() as folder:
        ground = _Ground(Path(folder), letters.embeddings, options.seed)
        rows = _against_the_seed(ground, letters, held_out, size, whole=not options.quick)
    if options.data is None or options.quick:
        return rows
    return rows + [_photographs(options.data, name, usual, options.seed) for name, usual in _PHOTOGRAPHS.items()]


def _against_the_seed(
    ground: _Ground, letters: LetterSet, held_out: LetterSet, size: _Size, *, whole: bool
) -> list[BenchRow]:
    many = _train(ground, letters, held_out, size.annotations)
    few = _train(ground, letters, held_out, size.few)
    seed = _run_seed(letters, held_out, size, ground.seed, whole=whole)
    pool = f"pool of {size.pool:,}, {DIM} values"
    against = f"drawn letters; baseline: {seed.note}; ratio: baseline / value"
    judged = f"drawn letters, {size.held_out:,} held out; baseline: the seed's recipe on the same annotations"
    return [
        BenchRow(
            f"version from {size.annotations:,} annotations, {pool}",
            many.seconds,
            "s",
            seed.seconds,
            seed.seconds / many.seconds,
            against,
        ),
        BenchRow(
            f"version from {size.few:,} annotations, {pool}",
            few.seconds,
            "s",
            seed.seconds,
            seed.seconds / few.seconds,
            against,
        ),
        BenchRow(
            f"accuracy from {size.annotations:,} annotations",
            many.accuracy,
            "accuracy",
            seed.accuracy,
            None if seed.accuracy is None else many.accuracy / seed.accuracy,
            judged if whole else "drawn letters; the seed's is measured in the full run only",
        ),
        BenchRow(
            f"out-of-fold accuracy of that version, {many.judged:,} judged",
            many.claimed,
            "accuracy",
            many.accuracy,
            many.claimed / many.accuracy,
            "baseline: the same version on the held-out images",
        ),
    ]


@dataclass(frozen=True, slots=True)
class _Version:
    seconds: float
    accuracy: float
    claimed: float
    judged: int


def _train(ground: _Ground, letters: LetterSet, held_out: LetterSet, annotations: int) -> _Version:
    result = ground.train(letters.labels[:annotations], tuple(LETTERS))
    said = load_head(Path(result.folder)).predict(held_out.embeddings)
    accuracy = float((said.argmax(1) == held_out.labels).mean())
    return _Version(result.seconds, accuracy, result.metrics.accuracy or 0.0, result.metrics.n)


@dataclass(frozen=True, slots=True)
class _Seed:
    seconds: float
    accuracy: float | None
    note: str


def _run_seed(letters: LetterSet, held_out: LetterSet, size: _Size, seed: int, *, whole: bool) -> _Seed:
    """Training as in its recipes, then its network over the pool, timed on some images and scaled."""
    taught = letters.labels[: size.annotations]
    lesson = Lesson(
        HeadKind.CLASS,
        torch.from_numpy(letters.embeddings[: size.annotations].astype(np.float32))[:, None],
        torch.from_numpy(np.eye(len(LETTERS), dtype=np.float32)[taught]),
        torch.ones(size.annotations),
        torch.ones(len(LETTERS)),
    )
    recipe = _SEED_RECIPE if whole else replace(_SEED_RECIPE, steps=_TIMED_STEPS)
    torch.manual_seed(seed)
    network = SeedNetwork(features=DIM, hidden=default_hidden(DIM), outputs=len(LETTERS))
    start = time.perf_counter()
    train_network(network, lesson, np.arange(size.annotations), recipe, seed=seed, watch=lambda done, total: None)
    training = (time.perf_counter() - start) * _SEED_RECIPE.steps / recipe.steps
    start = time.perf_counter()
    predict(network, HeadKind.CLASS, letters.embeddings[:_TIMED_IMAGES])
    judging = (time.perf_counter() - start) * size.pool / min(_TIMED_IMAGES, size.pool)
    note = f"the seed's recipe, {_SEED_RECIPE.steps:,} steps of one image, and its network over the pool"
    if not whole:
        return _Seed(training + judging, None, f"{note}, timed on {_TIMED_STEPS} steps and scaled")
    said = predict(network, HeadKind.CLASS, held_out.embeddings)
    return _Seed(training + judging, float((said.argmax(1) == held_out.labels).mean()), note)


def _photographs(data: Path, name: str, usual: float, seed: int) -> BenchRow:
    with np.load(data / "embeddings" / f"mnv2_{name}.npz") as held:
        labels, given = np.unique(held["y"], return_inverse=True)
        vectors = held["X"]
    with tempfile.TemporaryDirectory() as folder:
        figures = _Ground(Path(folder), vectors, seed).train(given, tuple(labels.tolist())).metrics
    accuracy = figures.accuracy or 0.0
    note = f"n = {figures.n}, {figures.accuracy_low:.3f} to {figures.accuracy_high:.3f}; baseline: logistic regression"
    return BenchRow(f"{name}, MobileNetV2, out of fold", accuracy, "accuracy", usual, accuracy / usual, note)


class _Ground:
    """A project folder with embeddings; the first images are annotated."""

    def __init__(self, folder: Path, vectors: NDArray[np.float16], seed: int) -> None:
        self.folder = folder
        self.seed = seed
        self._signature = EncoderSignature("bench", "bench", "1", "{}", vectors.shape[1])
        names = b"".join(hashlib.sha256(str(i).encode()).digest() for i in range(len(vectors)))
        self._hashes = np.frombuffer(names, np.uint8).reshape(-1, 32)
        with EmbeddingStore(folder / "embeddings" / self._signature.folder).writer(self._signature) as writer:
            writer.add(self._hashes, vectors)

    def train(self, given: NDArray[Any], labels: tuple[str, ...]) -> TrainResult:
        named = tuple(Label(LabelId(i), label) for i, label in enumerate(labels))
        n = len(given)
        annotated = Annotated(
            self._hashes[:n], np.eye(len(labels), dtype=np.float32)[given], np.ones(n, np.float32), np.arange(n)
        )
        spec = TrainSpec(
            job="bench",
            project=str(self.folder),
            head=Head(HeadId(1), "bench", HeadKind.CLASS, named, "bench"),
            signature=self._signature,
            annotated=annotated,
            excluded=np.empty((0, 32), np.uint8),
            number=n,
            output=str(self.folder / f"v{n}"),
            last_annotation=n,
            device="cpu",
            seed=self.seed,
        )
        return train_version(spec, lambda event: None, lambda: False)
