"""Scores files with a head, inside or outside any project: decode, embed and predict, one batch at a time.

Shapes: n = images of one batch, tiles = crops of an image (1 where it is not cut), dim = values of a vector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.encoders.base import Encoder, Prepared
from core.encoders.devices import device_name
from core.encoders.memory import FittingBatches
from core.encoders.reading import TOO_LARGE, PixelBudget, new_budget, prepared, read_ahead, threads
from core.errors import BadImage
from core.jobs.events import Event, JobNotice, JobStarted
from core.jobs.pace import Pace
from core.media.decode import read_header
from core.media.reasons import system_reason

STAGE = "scoring"
_JOB = "score"


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
    emit(JobStarted(_JOB, STAGE, device_name(encoder.device)))
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
    pace = Pace(_JOB, STAGE, emit)
    batch: list[_Read] = []
    read = partial(_read, encoder=encoder, budget=new_budget())
    for done, one in enumerate(read_ahead(paths, read, is_cancelled, ahead=2 * encoder.batch_size + threads()), 1):
        if isinstance(one, UnscoredFile):
            yield one
        else:
            batch.append(one)
        if batch and (len(batch) == encoder.batch_size or done == len(paths)):
            yield _vectors(batches, batch)
            batch = []
        pace.report(done - len(batch), len(paths))


def _vectors(batches: FittingBatches, batch: list[_Read]) -> EmbeddedFiles:
    return EmbeddedFiles(tuple(read.path for read in batch), batches.encode_images([read.parts for read in batch]))


def _read(path: str, encoder: Encoder, budget: PixelBudget) -> _Read | UnscoredFile:
    try:
        header = read_header(path)
        with budget.spend(header.width * header.height):
            return _Read(path, prepared(path, encoder))
    except BadImage as error:
        return UnscoredFile(path, error.reason)
    except MemoryError:
        return UnscoredFile(path, TOO_LARGE)
    except OSError as error:
        return UnscoredFile(path, system_reason(error))
