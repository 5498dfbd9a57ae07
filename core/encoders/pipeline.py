"""The embedding job: decode, prepare, encode and store, all at once; it can be stopped anywhere and goes on from there.

Shapes: n = images of a batch, tiles = crops of an image (left out where images are not cut), dim = values of a vector.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.arrays.embedding_writer import EmbeddingWriter
from core.arrays.embeddings import EmbeddingStore
from core.arrays.hashes import hash_bytes, hash_keys
from core.encoders.base import Encoder
from core.encoders.crops import FIVE
from core.encoders.devices import CPU, device_name
from core.encoders.memory import FittingBatches, is_out_of_memory
from core.encoders.reading import Read, Unreadable, read_all, threads
from core.encoders.registry import load_encoder
from core.jobs.events import (
    EmbedResult,
    Event,
    ImagesFailed,
    JobNotice,
    JobProgress,
    JobStarted,
    ShardWritten,
)
from core.jobs.spec import EmbedSpec
from core.values import ImageFile, Tiles

Emit = Callable[[Event], None]
STAGE = "embedding"
EVERY_S = 0.1
"""Progress is reported no more often than this, failures no more often than ten times this."""


class EncoderCache:
    """Keeps the last encoder warm between jobs; one at a time, because memory on a GPU is dear."""

    def __init__(self) -> None:
        self._key: tuple[str, Tiles, str] | None = None
        self._encoder: Encoder | None = None
        self._device = CPU

    def get(self, encoder_id: str, tiles: Tiles, device: str) -> Encoder:
        """Raises UserError or EnvironmentProblem where the encoder cannot be had."""
        key = (encoder_id, tiles, device)
        if self._encoder is None or self._key != key:
            self._encoder = None
            self._encoder = load_encoder(encoder_id, tiles=tiles, device=device)
            self._key, self._device = key, self._encoder.device
        elif self._encoder.device != self._device:
            _move_back(self._encoder, self._device)
        return self._encoder


def _move_back(encoder: Encoder, device: str) -> None:
    """To the device that an earlier job had to leave because memory ran out; there may be room again."""
    try:
        encoder.to(device)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        encoder.to(CPU)


def run_embed(
    spec: EmbedSpec,
    images: Sequence[ImageFile],
    emit: Emit,
    is_cancelled: Callable[[], bool],
    *,
    cache: EncoderCache | None = None,
) -> EmbedResult:
    """Embeds the present images that have no vector yet. Raises Cancelled; what was encoded by then is kept."""
    encoder = (cache or EncoderCache()).get(spec.encoder, spec.tiles, spec.device)
    emit(JobStarted(spec.job, STAGE, device_name(encoder.device)))
    store = EmbeddingStore(Path(spec.project) / "embeddings" / encoder.signature.folder)
    present = [image for image in images if not image.missing]
    waiting = in_order(present, store, spec.first)
    run = _Run(spec.job, emit, encoder, total=len(waiting))
    if waiting:
        _embed(run, waiting, store, spec.batch_size or encoder.batch_size, is_cancelled)
    return EmbedResult(
        signature=encoder.signature,
        embedded=run.embedded,
        cached=len(present) - len(waiting),
        failed=run.failed,
        images_per_second=run.rate(),
        device=device_name(encoder.device),
    )


def in_order(images: Sequence[ImageFile], store: EmbeddingStore, first: NDArray[np.uint8] | None) -> list[ImageFile]:
    """Images without a vector, each content once, those named in `first` before the others."""
    if not images:
        return []
    hashes = hash_bytes([image.content_hash for image in images])
    missing = store.positions(hashes) < 0
    rank = np.full(len(images), len(first) if first is not None else 0, np.int64)
    if first is not None:
        place = {key: position for position, key in reversed(list(enumerate(hash_keys(first).tolist())))}
        rank = np.array([place.get(key, len(place)) for key in hash_keys(hashes).tolist()], np.int64)
    order = np.argsort(rank, kind="stable")
    chosen = {images[i].content_hash: images[i] for i in order[missing[order]]}
    return list(chosen.values())


@dataclass(slots=True)
class _Run:
    """Counts of one run, and what is said of it on the way."""

    job: str
    emit: Emit
    encoder: Encoder
    total: int
    embedded: int = 0
    failed: int = 0
    started: float = field(default_factory=time.monotonic)
    _unreported: list[Unreadable] = field(default_factory=list)
    _said: float = 0.0
    _said_failures: float = 0.0

    def rate(self) -> float:
        return self.embedded / max(time.monotonic() - self.started, 1e-9)

    def notice(self, text: str) -> None:
        self.emit(JobNotice(self.job, text))

    def fail(self, read: Unreadable) -> None:
        self.failed += 1
        self._unreported.append(read)

    def wrote(self, images: int) -> None:
        if images:
            self.emit(ShardWritten(self.job, self.encoder.signature, images))

    def report(self, *, last: bool = False) -> None:
        now = time.monotonic()
        if self._unreported and (last or now - self._said_failures > 10 * EVERY_S):
            failed = tuple((one.image.content_hash, one.reason) for one in self._unreported)
            unread = frozenset(one.image.content_hash for one in self._unreported if not one.broken)
            self.emit(ImagesFailed(self.job, failed, unread))
            self._unreported = []
            self._said_failures = now
        if last or now - self._said > EVERY_S:
            self._said = now
            self._progress()

    def _progress(self) -> None:
        done = self.embedded + self.failed
        rate = done / max(time.monotonic() - self.started, 1e-9)
        left = (self.total - done) / rate if rate else None
        self.emit(JobProgress(self.job, STAGE, done, self.total, rate, left))


def _embed(
    run: _Run, images: Sequence[ImageFile], store: EmbeddingStore, size: int, is_cancelled: Callable[[], bool]
) -> None:
    batches = FittingBatches(run.encoder, size, run.notice)
    writer = store.writer(run.encoder.signature)
    batch: list[Read] = []
    try:
        for read in read_all(images, run.encoder, is_cancelled, ahead=2 * size + threads()):
            match read:
                case Read():
                    batch.append(read)
                case Unreadable():
                    run.fail(read)
            if len(batch) >= size:
                _encode(run, batches, writer, batch)
                batch = []
            run.report()
        _encode(run, batches, writer, batch)
    finally:
        run.wrote(writer.flush())
        run.report(last=True)


def _encode(run: _Run, batches: FittingBatches, writer: EmbeddingWriter, batch: list[Read]) -> None:
    if not batch:
        return
    vectors = batches.encode([part for read in batch for part in read.prepared])
    if run.encoder.signature.tiles is Tiles.FIVE_CROP:
        vectors = _five_each(vectors, [len(read.prepared) for read in batch])
    written = writer.add(hash_bytes([read.image.content_hash for read in batch]), vectors)
    run.embedded += len(batch)
    run.wrote(written)


def _five_each(vectors: NDArray[np.float16], parts: list[int]) -> NDArray[np.float16]:
    """An image that was not cut stands five times.  # (crops, dim) -> (n, tiles, dim)"""
    times = np.repeat([FIVE // count for count in parts], parts)
    return np.repeat(vectors, times, axis=0).reshape(len(parts), FIVE, vectors.shape[1])
