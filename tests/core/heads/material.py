"""Embeddings drawn around centres, and orders to train on them: real stores on disk, small enough for a test."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays.embeddings import EmbeddingStore
from core.jobs.spec import TrainSpec
from core.values import Annotated, Combine, EncoderSignature, Head, HeadId, HeadKind, Label, LabelId, Tiles

DIM = 24
COLOURS = ("red", "green", "blue")
QUICK: dict[str, Any] = {"components": 16, "parts": 2, "units": 32, "hidden": 64, "steps": 80}


def hashes_of(count: int) -> NDArray[np.uint8]:  # (count, 32)
    digests = [hashlib.sha256(str(i).encode()).digest() for i in range(count)]
    return np.frombuffer(b"".join(digests), np.uint8).reshape(count, 32).copy()


def blobs(
    count: int, *, labels: int = 3, seed: int = 0, noise: float = 1.0, dim: int = DIM
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Vectors (count, dim) far from 0 and not of length 1, and the label of each."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(0, 2.0, (labels, dim))
    given = np.arange(count) % labels
    vectors = 5.0 + centres[given] + rng.normal(0, noise, (count, dim))
    return vectors.astype(np.float32), given


def one_hot(given: NDArray[np.int64], labels: int = 3) -> NDArray[np.float32]:
    return np.eye(labels, dtype=np.float32)[given]


def targets_of(kind: HeadKind, given: NDArray[np.int64]) -> NDArray[np.float32]:
    """Of labels 0 to 2 (n,): what a head of that kind is to say."""
    match kind:
        case HeadKind.CLASS:
            return one_hot(given)
        case HeadKind.TAGS:
            return np.stack([given == 0, given != 1], axis=1).astype(np.float32)
        case HeadKind.SCORE:
            return (given[:, None] / 3.0).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A project folder that holds embeddings."""

    folder: Path
    signature: EncoderSignature
    hashes: NDArray[np.uint8]

    def spec(
        self,
        targets: NDArray[np.floating],
        kind: HeadKind = HeadKind.CLASS,
        *,
        labels: tuple[str, ...] = COLOURS,
        groups: NDArray[np.int64] | None = None,
        excluded: NDArray[np.uint8] | None = None,
        combine: Combine = Combine.MEAN,
        recipe: dict[str, Any] | None = None,
        hidden: NDArray[np.uint8] | None = None,
        number: int = 1,
        seed: int = 0,
    ) -> TrainSpec:
        """An order to train on the first images, whose answers are `targets`."""
        n = len(targets)
        named = tuple(Label(LabelId(i + 1), label) for i, label in enumerate(labels))
        head = Head(HeadId(7), "Colour: warm/cold", kind, named, "drawn", self.signature.tiles, combine)
        return TrainSpec(
            job="job",
            project=str(self.folder),
            head=head,
            signature=self.signature,
            annotated=Annotated(
                self.hashes[:n],
                targets.astype(np.float32),
                np.ones(n, np.float32),
                np.arange(n) if groups is None else groups,
            ),
            excluded=np.empty((0, 32), np.uint8) if excluded is None else excluded,
            hidden=np.empty((0, 32), np.uint8) if hidden is None else hidden,
            number=number,
            output=str(self.folder / "heads" / "colour" / f".v{number}.job.part"),
            last_annotation=n,
            device="cpu",
            seed=seed,
            recipe=QUICK if recipe is None else recipe,
        )


def lay_ground(folder: Path, vectors: NDArray[np.floating]) -> Ground:
    """Writes `vectors` (images, dim) or (images, tiles, dim) as embeddings of an encoder called "drawn"."""
    tiles = Tiles.NONE if vectors.ndim == 2 else Tiles.FIVE_CROP
    signature = EncoderSignature("drawn", "drawn", "1", '{"size": 224}', vectors.shape[-1], tiles)
    hashes = hashes_of(len(vectors))
    folder.mkdir(exist_ok=True)
    with EmbeddingStore(folder / "embeddings" / signature.folder).writer(signature) as writer:
        writer.add(hashes, vectors.astype(np.float16))
    return Ground(folder, signature, hashes)


@dataclass(slots=True)
class Recorder:
    """An `emit` that keeps what it was told."""

    events: list[object] = field(default_factory=list)

    def __call__(self, event: object) -> None:
        self.events.append(event)


def never() -> bool:
    return False
