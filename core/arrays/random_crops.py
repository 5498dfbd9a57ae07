"""Vectors of crops at places of chance: a cache beside the five-crop vectors, for training alone.

Shapes: n = images asked for, crops = crops of an image, dim = values of a vector.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.arrays.embedding_writer import EmbeddingWriter
from core.arrays.embeddings import EmbeddingStore
from core.arrays.shards import CropSignature, same_vectors, shard_paths
from core.values import EncoderSignature


class CropStore:
    """At least `count` crops of each image that it holds; what holds fewer, or other places, is made anew."""

    def __init__(self, project: Path, five: EncoderSignature, *, count: int, seed: int) -> None:
        """`five` is the signature of the five-crop vectors, `seed` that of the places."""
        self.count = count
        self._signature = CropSignature(**asdict(five), seed=seed)
        self._store = EmbeddingStore(project / "embeddings" / self._signature.folder)
        held = self._store.signature()
        self._usable = held is not None and same_vectors(held, self._signature) and self._crops() >= count

    def missing(self, hashes: NDArray[np.uint8]) -> NDArray[np.bool_]:  # (n, 32) -> (n,)
        if not self._usable:
            return np.ones(len(hashes), dtype=np.bool_)
        return self._store.positions(hashes) < 0

    def fill(self, hashes: NDArray[np.uint8], into: NDArray[np.float16]) -> None:  # (n, 32), (n, count, dim)
        """Overwrites the rows of the images that it holds."""
        held = np.flatnonzero(~self.missing(hashes))
        if len(held):
            into[held] = self._store.gather(self._store.positions(hashes[held]))[:, : self.count]

    def writer(self) -> EmbeddingWriter:
        """Rows of it are (crops, dim), as many crops for each image as the store has or will have."""
        if not self._usable:
            for path in shard_paths(self._store.folder):
                path.unlink(missing_ok=True)
            self._store.refresh()
        return self._store.writer(self._signature)

    @property
    def crops(self) -> int:
        """How many crops a new row has."""
        return self._crops() if self._usable else self.count

    def refresh(self) -> None:
        """After writing."""
        self._store.refresh()
        self._usable = len(self._store) > 0

    def _crops(self) -> int:
        return int(self._store.gather(np.empty(0, np.int64)).shape[1])
