"""The embedding job: decode, prepare, encode and store, all at once; it can be stopped anywhere and goes on from there.

Shapes: n = images of a batch, tiles = crops of an image (left out where images are not cut), dim = values of a vector.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.arrays.embedding_writer import EmbeddingWriter
from core.arrays.embeddings import EmbeddingStore
from core.arrays.hashes import hash_bytes
from core.encoders.awaiting import in_order, store_of
from core.encoders.base import Encoder
from core.encoders.crops import FIVE
from core.encoders.devices import CPU, device_name, resolve_device
from core.encoders.memory import FittingBatches, is_out_of_memory
from core.encoders.reading import Read, Unreadable, read_all, threads
from core.encoders.registry import load_encoder
from core.jobs.events import (
    EmbedResult,
    Event,
    ImagesFailed,
    JobNotice,
    JobStarted,
    ShardWritten,
)
from core.jobs.pace import Pace
from core.jobs.spec import EmbedSpec
from core.values import ImageFile, Tiles

Emit = Callable[[Event], None]
STAGE = "embedding"
FAILURES_EVERY_S = 1.0


class EncoderCache:
    """Keeps the last encoder warm between jobs; one at a time, because memory on a GPU is dear."""

    def __init__(self) -> None:
        self._key: tuple[str, Tiles, str] | None = None
        self._encoder: Encoder | None = None
        self._device = CPU

    def get(self, encoder_id: str, tiles: Tiles, device: str) -> Encoder:
        """Raises UserError or EnvironmentProblem where the encoder cannot be had."""
        key = (encoder_id, tiles, device)
        if self._encoder is None or not self.holds(*key):
            self._encoder = None
            self._encoder = self._load(encoder_id, tiles, device)
            self._key = key
        elif self._encoder.device != self._device:
            _move_back(self._encoder, self._device)
        return self._encoder

    def holds(self, encoder_id: str, tiles: Tiles, device: str) -> bool:
        return self._encoder is not None and self._key == (encoder_id, tiles, device)

    @property
    def is_crowded_out(self) -> bool:
        """The device that was asked for has no room for the encoder."""
        return self._encoder is not None and self._encoder.device != self._device

    def _load(self, encoder_id: str, tiles: Tiles, device: str) -> Encoder:
        try:
            encoder = load_encoder(encoder_id, tiles=tiles, device=device)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error) or device == CPU:
                raise
            self._device = resolve_device(device)  # the next job tries it again
            return load_encoder(encoder_id, tiles=tiles, device=CPU)
        self._device = encoder.device
        return encoder


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
    present = [image for image in images if not image.missing]
    encoders = cache or EncoderCache()
    encoder = encoders.get(spec.encoder, spec.tiles, spec.device)
    emit(JobStarted(spec.job, STAGE, device_name(encoder.device)))
    if encoders.is_crowded_out:
        emit(JobNotice(spec.job, "the memory of the GPU has no room for the encoder: embedding on the CPU, slower"))
    store = store_of(spec, encoder.signature)
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
    _said_failures: float = 0.0
    _pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        self._pace = Pace(self.job, STAGE, self.emit)

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
        if self._unreported and (last or now - self._said_failures > FAILURES_EVERY_S):
            failed = tuple((one.image.content_hash, one.reason) for one in self._unreported)
            unread = frozenset(one.image.content_hash for one in self._unreported if not one.broken)
            self.emit(ImagesFailed(self.job, failed, unread))
            self._unreported = []
            self._said_failures = now
        self._pace.report(self.embedded + self.failed, self.total, now=last)


def _embed(
    run: _Run, images: Sequence[ImageFile], store: EmbeddingStore, size: int, is_cancelled: Callable[[], bool]
) -> None:
    batches = FittingBatches(run.encoder, size, run.notice)
    writer = store.writer(run.encoder.signature)
    batch: list[Read] = []
    crops = FIVE if run.encoder.signature.tiles is Tiles.FIVE_CROP else 1
    try:
        for read in read_all(images, run.encoder, is_cancelled, ahead=2 * size + threads()):
            match read:
                case Read():
                    batch.append(read)
                case Unreadable():
                    run.fail(read)
            if len(batch) * crops >= size:  # what is encoded at once cannot be stopped
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
    vectors = batches.encode_images([read.prepared for read in batch])
    written = writer.add(hash_bytes([read.image.content_hash for read in batch]), vectors)
    run.embedded += len(batch)
    run.wrote(written)
