"""A version from many annotations, against the seed's recipe on the same annotations and the same held-out images."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from core.benchmarks import BenchOptions, BenchRow
from core.benchmarks.letters import DIM, LETTERS, LetterSet, draw_letters
from core.benchmarks.seed_baseline import SeedBaseline, run_seed_baseline
from core.benchmarks.trained import TrainingGround
from core.heads.checkpoint import load_head


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
        ground = TrainingGround(Path(folder), letters.embeddings, options.seed, options.device)
        return _against_the_seed(ground, letters, held_out, size, whole=not options.quick)


def _against_the_seed(
    ground: TrainingGround, letters: LetterSet, held_out: LetterSet, size: _Size, *, whole: bool
) -> list[BenchRow]:
    many = _train(ground, letters, held_out, size.annotations)
    few = _train(ground, letters, held_out, size.few)
    taught = slice(size.annotations)
    seed = run_seed_baseline(
        letters.embeddings[taught],
        letters.labels[taught],
        len(LETTERS),
        pool=size.pool,
        seed=ground.seed,
        whole=whole,
    )
    pace = [_pace(number, version, seed, size) for number, version in ((size.annotations, many), (size.few, few))]
    theirs = seed.accuracy(held_out.embeddings, held_out.labels)
    judged = f"drawn letters, {size.held_out:,} held out; baseline: the seed's recipe on the same annotations"
    note = judged if whole else "drawn letters; the seed's is measured in the full run only"
    return [*pace, *_accuracies(many, size.annotations, theirs, note)]


def _pace(annotations: int, version: _Version, seed: SeedBaseline, size: _Size) -> BenchRow:
    return BenchRow(
        f"version from {annotations:,} annotations, pool of {size.pool:,}, {DIM} values",
        version.seconds,
        "s",
        seed.seconds,
        seed.seconds / version.seconds,
        f"drawn letters; baseline: {seed.note}; ratio: baseline / value",
    )


def _accuracies(version: _Version, annotations: int, theirs: float | None, note: str) -> tuple[BenchRow, BenchRow]:
    """On held-out images beside the seed's, and what it says of itself beside that."""
    return (
        BenchRow(
            f"accuracy from {annotations:,} annotations",
            version.accuracy,
            "accuracy",
            theirs,
            None if theirs is None else version.accuracy / theirs,
            note,
        ),
        BenchRow(
            f"out-of-fold accuracy of that version, {version.judged:,} judged",
            version.claimed,
            "accuracy",
            version.accuracy,
            version.claimed / version.accuracy,
            "baseline: the same version on the held-out images",
        ),
    )


@dataclass(frozen=True, slots=True)
class _Version:
    seconds: float
    accuracy: float
    claimed: float
    judged: int


def _train(ground: TrainingGround, letters: LetterSet, held_out: LetterSet, annotations: int) -> _Version:
    result = ground.train(letters.labels[:annotations], tuple(LETTERS))
    said = load_head(Path(result.folder)).predict(held_out.embeddings)
    accuracy = float((said.argmax(1) == held_out.labels).mean())
    return _Version(result.seconds, accuracy, result.metrics.accuracy or 0.0, result.metrics.n)
