"""Embeddings on disk: opening, loading and looking up, against one plain NumPy file and a dictionary."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.arrays.embeddings import EmbeddingStore
from core.arrays.hashes import hash_text
from core.benchmarks import BenchOptions, BenchRow, median_seconds
from core.values import EncoderSignature

_DIM = 768


def run(options: BenchOptions) -> list[BenchRow]:
    images = 5_000 if options.quick else 100_000
    rng = np.random.default_rng(options.seed)
    hashes = rng.integers(0, 256, (images, 32), np.uint8)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _write(folder, hashes, rng)
        return [_loading(folder, images), _looking_up(folder, hashes)]


def _write(folder: Path, hashes: NDArray[np.uint8], rng: np.random.Generator) -> None:
    signature = EncoderSignature("bench", "bench", "1", "{}", _DIM)
    with EmbeddingStore(folder / "shards").writer(signature) as writer:
        for start in range(0, len(hashes), 1024):
            rows = hashes[start : start + 1024]
            writer.add(rows, rng.standard_normal((len(rows), _DIM), np.float32))
    np.save(folder / "plain.npy", EmbeddingStore(folder / "shards").load())


def _loading(folder: Path, images: int) -> BenchRow:
    value = median_seconds(lambda: EmbeddingStore(folder / "shards").load())
    baseline = median_seconds(lambda: np.load(folder / "plain.npy", allow_pickle=False))
    note = "opened and read; baseline: np.load of one file"
    return BenchRow(f"load {images:,} embeddings of {_DIM}", value, "s", baseline, value / baseline, note)


def _looking_up(folder: Path, hashes: NDArray[np.uint8]) -> BenchRow:
    store = EmbeddingStore(folder / "shards")
    known = {hash_text(row): position for position, row in enumerate(store.index().hashes)}
    value = median_seconds(lambda: store.positions(hashes))
    baseline = median_seconds(lambda: [known[hash_text(row)] for row in hashes])
    note = "baseline: a dictionary of text, already built"
    return BenchRow(f"look up {len(hashes):,} hashes", value, "s", baseline, value / baseline, note)
