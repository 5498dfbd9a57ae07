"""Scores files with a head, inside or outside any project: decode, embed and predict, one batch at a time.

Shapes: n = images of one batch, tiles = crops of an image (1 where it is not cut), dim = values of a vector.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.encoders.base import Encoder, Prepared
from core.encoders.crops import FIVE, crops
from core.encoders.devices import device_name
from core.encoders.memory import FittingBatches
from core.encoders.reading import DECODED_PIXELS, TOO_LARGE, PixelBudget, threads
from core.errors import BadImage, Cancelled
from core.jobs.events import Event, JobNotice, JobProgress, JobStarted
from core.media.decode import decode_rgb, read_header
from core.values import Tiles

_JOB = "score"
_EVERY_S = 0.1


class Predictor(Protocol):
    """What scoring needs of a head."""

    def predict(self, embeddings: NDArray[np.floating]) -> NDArray[np.float32]:
        """(n, dim) or (n, tiles, dim) -> (n, outputs)"""


@dataclass(frozen=True, slots=True)
class ScoredFile:
    path: str
    values: tuple[float, ...]
    """(outputs,): probabilities, or value / 10 for a score head."""


@dataclass(frozen=True, slots=True)
class UnscoredFile:
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Read:
    path: str
    parts: tuple[Prepared, ...]


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedFiles:
    """Files of one batch with their vectors."""

    paths: tuple[str, ...]
    vectors: NDArray[np.float16]
    """(n, dim), or (n, tiles, dim) where the encoder looks at crops"""


def score_files(
    head: Predictor,
    encoder: Encoder,
    paths: Sequence[str],
    emit: Callable[[Event], None],
    is_cancelled: Callable[[], bool],
) -> Iterator[ScoredFile | UnscoredFile]:
    """One answer for each path, as batches are done; a bad file never ends it. Raises Cancelled."""
    emit(JobStarted(_JOB, "scoring", device_name(encoder.device)))
    for one in embed_files(encoder, paths, emit, is_cancelled):
        match one:
            case UnscoredFile():
                yield one
            case EmbeddedFiles(paths=done, vectors=vectors):
                for path, values in zip(done, head.predict(vectors), strict=True):
                    yield ScoredFile(path, tuple(float(value) for value in values))


def embed_files(
    encoder: Encoder, paths: Sequence[str], emit: Callable[[Event], None], is_cancelled: Callable[[], bool]
) -> Iterator[EmbeddedFiles | UnscoredFile]:
    """The vectors of files that belong to no project. Raises Cancelled."""
    batches = FittingBatches(encoder, encoder.batch_size, lambda text: emit(JobNotice(_JOB, text)))
    progress = _Progress(emit, len(paths))
    batch: list[_Read] = []
    for read in _read_all(paths, encoder, is_cancelled):
        if isinstance(read, UnscoredFile):
            progress.step(1)
            yield read
            continue
        batch.append(read)
        if len(batch) == encoder.batch_size:
            yield _embed(encoder, batches, batch)
            progress.step(len(batch))
            batch = []
    if batch:
        yield _embed(encoder, batches, batch)
        progress.step(len(batch))


def _embed(encoder: Encoder, batches: FittingBatches, batch: list[_Read]) -> EmbeddedFiles:
    vectors = batches.encode([part for read in batch for part in read.parts])
    if encoder.signature.tiles is Tiles.FIVE_CROP:  # an image that was not cut stands five times
        times = [FIVE // len(read.parts) for read in batch for _ in read.parts]
        vectors = np.repeat(vectors, times, axis=0).reshape(len(batch), FIVE, -1)  # (n, tiles, dim)
    return EmbeddedFiles(tuple(read.path for read in batch), vectors)


def _read_all(
    paths: Sequence[str], encoder: Encoder, is_cancelled: Callable[[], bool]
) -> Iterator[_Read | UnscoredFile]:
    """Files read ahead in threads, in order, with a bound on what is in memory at once."""
    budget = PixelBudget(DECODED_PIXELS)
    waiting: deque[Future[_Read | UnscoredFile]] = deque()
    pool = ThreadPoolExecutor(threads(), thread_name_prefix="decode")
    try:
        for path in paths:
            waiting.append(pool.submit(_read, path, encoder, budget))
            if len(waiting) > 2 * encoder.batch_size + threads():
                yield _next(waiting, is_cancelled)
        while waiting:
            yield _next(waiting, is_cancelled)
    finally:
        pool.shutdown(cancel_futures=True)


def _next(waiting: deque[Future[_Read | UnscoredFile]], is_cancelled: Callable[[], bool]) -> _Read | UnscoredFile:
    if is_cancelled():
        raise Cancelled
    return waiting.popleft().result()


def _read(path: str, encoder: Encoder, budget: PixelBudget) -> _Read | UnscoredFile:
    try:
        header = read_header(path)
        with budget.spend(header.width * header.height):
            parts = crops(decode_rgb(path), input_size=encoder.input_size, tiles=encoder.signature.tiles)
            return _Read(path, tuple(encoder.prepare(part) for part in parts))
    except BadImage as error:
        return UnscoredFile(path, error.reason)
    except MemoryError:
        return UnscoredFile(path, TOO_LARGE)
    except OSError as error:
        return UnscoredFile(path, error.strerror or str(error))


class _Progress:
    """Said at most ten times a second, and at the end."""

    def __init__(self, emit: Callable[[Event], None], total: int) -> None:
        self._emit = emit
        self._total = total
        self._done = 0
        self._started = time.monotonic()
        self._said = 0.0

    def step(self, count: int) -> None:
        self._done += count
        now = time.monotonic()
        if now - self._said < _EVERY_S and self._done < self._total:
            return
        self._said = now
        rate = self._done / max(now - self._started, 1e-9)
        left = (self._total - self._done) / rate if rate else None
        self._emit(JobProgress(_JOB, "scoring", self._done, self._total, rate, left))
