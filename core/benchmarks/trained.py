"""A version of a class head, trained by the program itself on vectors that a benchmark has at hand."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.arrays.embeddings import EmbeddingStore
from core.heads.version import train_version
from core.jobs.events import TrainResult
from core.jobs.spec import TrainSpec
from core.values import Annotated, EncoderSignature, Head, HeadId, HeadKind, Label, LabelId


class TrainingGround:
    """A project folder with embeddings (n, dim); versions are trained on its first images."""

    def __init__(self, folder: Path, vectors: NDArray[np.floating], seed: int, device: str = "cpu") -> None:
        self.folder = folder
        self.device = device
        self.seed = seed
        self._signature = EncoderSignature("bench", "bench", "1", "{}", vectors.shape[1])
        names = b"".join(hashlib.sha256(str(i).encode()).digest() for i in range(len(vectors)))
        self._hashes = np.frombuffer(names, np.uint8).reshape(-1, 32)
        with EmbeddingStore(folder / "embeddings" / self._signature.folder).writer(self._signature) as writer:
            writer.add(self._hashes, vectors.astype(np.float16))

    def train(
        self, given: NDArray[np.integer], labels: tuple[str, ...], groups: NDArray[np.int64] | None = None
    ) -> TrainResult:
        """`given` (k,): the label of each of the first images; `groups` (k,): those that must share a fold."""
        n = len(given)
        annotated = Annotated(
            self._hashes[:n],
            np.eye(len(labels), dtype=np.float32)[given],
            np.ones(n, np.float32),
            np.arange(n) if groups is None else groups,
        )
        spec = TrainSpec(
            job="bench",
            project=str(self.folder),
            head=Head(HeadId(1), "bench", HeadKind.CLASS, tuple(map(_label, enumerate(labels))), "bench"),
            signature=self._signature,
            annotated=annotated,
            excluded=np.empty((0, 32), np.uint8),
            hidden=np.empty((0, 32), np.uint8),
            number=n,
            output=str(self.folder / f"v{n}"),
            last_annotation=n,
            device=self.device,
            seed=self.seed,
        )
        return train_version(spec, lambda event: None, lambda: False)


def _label(numbered: tuple[int, str]) -> Label:
    return Label(LabelId(numbered[0]), numbered[1])
