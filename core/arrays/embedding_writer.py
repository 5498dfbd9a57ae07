"""Brings embeddings to the disk in whole shards, so that a kill at any moment loses only what was not yet written.

Shapes: n = rows of one call, tiles = crops of an image embedded apart, dim = values of a vector.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import HASH_BYTES
from core.arrays.shards import remove_left_overs, shard_number, shard_paths, write_shard
from core.errors import Bug
from core.values import EncoderSignature

SHARD_ROWS = 1024
FLUSH_SECONDS = 20.0


@dataclass(slots=True)
class _Waiting:
    """Rows that are not on disk yet."""

    hashes: list[NDArray[np.uint8]] = field(default_factory=list)
    values: list[NDArray[np.float16]] = field(default_factory=list)
    rows: int = 0
    since: float = 0.0


class EmbeddingWriter:
    """Collects rows and writes them as whole shards; what was written stays whatever happens afterwards."""

    def __init__(self, folder: Path, signature: EncoderSignature, *, shard_rows: int = SHARD_ROWS) -> None:
        self._folder = folder
        self._signature = signature
        self._shard_rows = shard_rows
        self._waiting = _Waiting()
        remove_left_overs(folder)
        self._next = max((shard_number(path) or 0 for path in shard_paths(folder)), default=0) + 1

    def add(self, hashes: NDArray[np.uint8], values: NDArray[np.floating]) -> int:  # (n, 32), (n, ..., dim)
        """Returns the number of rows that this call brought to the disk: 0 while a shard fills."""
        if len(hashes) != len(values) or hashes.shape[1:] != (HASH_BYTES,) or values.shape[-1] != self._signature.dim:
            raise Bug(f"embeddings {values.shape} for hashes {hashes.shape} and {self._signature.dim} values each")
        waiting = self._waiting
        if not waiting.rows:
            waiting.since = time.monotonic()
        waiting.hashes.append(np.array(hashes, np.uint8))
        waiting.values.append(np.array(values, np.float16))
        waiting.rows += len(hashes)
        full = waiting.rows >= self._shard_rows or time.monotonic() - waiting.since > FLUSH_SECONDS
        return self.flush() if full else 0

    def flush(self) -> int:
        """Writes what waits; returns its rows. Raises EnvironmentProblem where the disk is full."""
        waiting = self._waiting
        if not waiting.rows:
            return 0
        self.write(np.concatenate(waiting.hashes), np.concatenate(waiting.values))
        self._waiting = _Waiting()
        return waiting.rows

    def write(self, hashes: NDArray[np.uint8], values: NDArray[np.float16]) -> None:  # (n, 32), (n, ..., dim)
        """As one shard, at once. Raises EnvironmentProblem where the disk is full."""
        path = self._folder / f"{self._next:06d}.safetensors"
        write_shard(path, self._signature, hashes, values)
        self._next += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.flush()
