"""Files to vectors: what is at hand is taken, the rest is decoded in threads and encoded in batches, in one pass.

Shapes: n = files of one batch, tiles = crops of a picture, dim = values of a vector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.encoders.base import Encoder, Prepared
from core.encoders.memory import FittingBatches
from core.encoders.reading import TOO_LARGE, PixelBudget, new_budget, prepared, read_ahead, threads
from core.errors import BadImage, Cancelled, WinnowError
from core.jobs.events import Event, JobNotice
from core.jobs.pace import Pace
from core.media.content import open_content
from core.media.decode import read_header
from core.media.opening import open_regular
from core.media.system_reasons import system_reason
from core.scoring.answers import UnscoredFile
from core.scoring.eyes import Eyes
from core.scoring.shelf import Shelf
from core.scoring.vector_makers import VectorMakers
from core.values import ContentHash, EncoderSignature

JOB = "score"
STAGE = "scoring"
_AT_ONCE = 4096
_UNSEEN_BATCH = 32
"""Files read ahead while no encoder is loaded that could say how many it takes."""


@dataclass(frozen=True, slots=True, eq=False)
class SeenFiles:
    """Files of one batch with their vectors."""

    paths: tuple[str, ...]
    vectors: NDArray[np.floating]
    """(n, dim), or (n, tiles, dim) where the encoder looks at crops"""


@dataclass(frozen=True, slots=True)
class _Known:
    path: str
    content_hash: ContentHash


@dataclass(frozen=True, slots=True)
class _Read:
    path: str
    content_hash: ContentHash
    parts: tuple[Prepared, ...]


def look_at_files(
    eyes: Eyes,
    shelf: Shelf,
    paths: Sequence[str],
    emit: Callable[[Event], None],
    is_cancelled: Callable[[], bool],
) -> Iterator[SeenFiles | UnscoredFile]:
    """Every path once, as batches are done; a bad file never ends it. Raises Cancelled.

    Where the encoder cannot be had, that is the reason of each picture beside vectors; without these it is raised.
    """
    pace = Pace(JOB, STAGE, emit)
    done = 0
    rest: list[str] = []
    vector_of = partial(_vector_file, trained=eyes.trained, makers=VectorMakers())
    for start in range(0, len(paths), _AT_ONCE):
        if is_cancelled():
            raise Cancelled
        for one in _at_hand(shelf, paths[start : start + _AT_ONCE], vector_of, rest):
            done += len(one.paths) if isinstance(one, SeenFiles) else 1
            yield one
        pace.report(done, len(paths))
    notice = partial(_notice, emit)
    goes_on = any(map(is_vector_file, paths))
    for one in _Looking(eyes, shelf, notice, is_cancelled, goes_on=goes_on).run(rest):
        done += len(one.paths) if isinstance(one, SeenFiles) else 1
        yield one
        pace.report(done, len(paths))


def _notice(emit: Callable[[Event], None], text: str) -> None:
    emit(JobNotice(JOB, text))


def _at_hand(
    shelf: Shelf, paths: Sequence[str], vector_of: Callable[[str], SeenFiles | UnscoredFile], rest: list[str]
) -> Iterator[SeenFiles | UnscoredFile]:
    """Vector files and unchanged files of a project; what must be opened is added to `rest`."""
    known = [path for path in paths if path in shelf.files]
    has, vectors = shelf.find([shelf.files[path] for path in known])
    seen = {path for path, there in zip(known, has, strict=True) if there}
    if seen:
        yield SeenFiles(tuple(path for path in known if path in seen), vectors)
    for path in paths:
        if is_vector_file(path):
            yield vector_of(path)
        elif path not in seen:
            rest.append(path)


def is_vector_file(path: str) -> bool:
    return path.lower().endswith(".npy")


def _vector_file(path: str, trained: EncoderSignature | None, makers: VectorMakers) -> SeenFiles | UnscoredFile:
    """(dim,), (1, dim) or (tiles, dim); never unpickled. None that an export says another encoder made."""
    if trained is not None and (maker := makers.stranger(path, trained)):
        return UnscoredFile(path, f"made by {maker}, and the head reads {trained.key}")
    try:
        with open_regular(path) as stream:
            values = np.lib.format.read_array(stream, allow_pickle=False)
    except BadImage as bad:
        return UnscoredFile(path, bad.reason)
    except (OSError, ValueError, EOFError, MemoryError) as error:
        return UnscoredFile(path, f"no vector: {' '.join(str(error).split())[:100]}")
    if values.ndim not in (1, 2) or not np.issubdtype(values.dtype, np.floating) or not values.size:
        return UnscoredFile(path, f"no vector: {values.dtype} of shape {values.shape}")
    with np.errstate(over="ignore"):
        values = values.astype(np.float32)
    if not np.isfinite(values).all():
        return UnscoredFile(path, "no vector: it holds values that are not finite numbers")
    return SeenFiles((path,), values.reshape(1, -1) if values.ndim == 1 or len(values) == 1 else values[None])


class _Looking:
    """Batches of what is read, some with vectors on the shelf and some to be encoded."""

    def __init__(
        self,
        eyes: Eyes,
        shelf: Shelf,
        notice: Callable[[str], None],
        is_cancelled: Callable[[], bool],
        *,
        goes_on: bool,
    ) -> None:
        self._eyes = eyes
        self._shelf = shelf
        self._notice = notice
        self._is_cancelled = is_cancelled
        self._goes_on = goes_on
        self._missing: str | None = None
        self._batches: FittingBatches | None = None

    def run(self, paths: Sequence[str]) -> Iterator[SeenFiles | UnscoredFile]:
        if not paths:
            return
        if not len(self._shelf):
            missing = self._encoder()  # it will be needed: said at once where it cannot be had
            if isinstance(missing, str):
                yield from (UnscoredFile(path, missing) for path in paths)
                return
        read = partial(self._read, budget=new_budget())
        size = self._eyes.encoder.batch_size if self._eyes.is_open else _UNSEEN_BATCH
        known: list[_Known] = []
        batch: list[_Read] = []
        for one in read_ahead(paths, read, self._is_cancelled, ahead=2 * size + threads()):
            match one:
                case UnscoredFile():
                    yield one
                case _Known():
                    known.append(one)
                case _Read():
                    batch.append(one)
            if len(known) >= _AT_ONCE // 16:
                yield self._taken(known)
                known = []
            if batch and len(batch) >= self._eyes.encoder.batch_size:
                yield self._encoded(batch)
                batch = []
        if known:
            yield self._taken(known)
        if batch:
            yield self._encoded(batch)

    def _encoder(self) -> Encoder | str:
        """Or why it cannot be had, where what needs none goes on."""
        if self._missing is None:
            try:
                return self._eyes.encoder
            except WinnowError as error:
                if not self._goes_on:
                    raise
                self._missing = str(error)
        return self._missing

    def _read(self, path: str, budget: PixelBudget) -> _Known | _Read | UnscoredFile:
        try:
            with open_content(path) as content:
                if self._shelf.holds(content.hash):
                    return _Known(path, content.hash)
                encoder = self._encoder()
                if isinstance(encoder, str):
                    return UnscoredFile(path, encoder)
                header = read_header(content.from_start())
                with budget.spend(header.width * header.height):
                    return _Read(path, content.hash, prepared(content.from_start(), encoder))
        except BadImage as error:
            return UnscoredFile(path, error.reason)
        except MemoryError:
            return UnscoredFile(path, TOO_LARGE)
        except OSError as error:
            return UnscoredFile(path, system_reason(error))

    def _taken(self, known: list[_Known]) -> SeenFiles:
        _, vectors = self._shelf.find([one.content_hash for one in known])
        return SeenFiles(tuple(one.path for one in known), vectors)

    def _encoded(self, batch: list[_Read]) -> SeenFiles:
        if self._batches is None:
            encoder = self._eyes.encoder
            self._batches = FittingBatches(encoder, encoder.batch_size, self._notice)
        vectors = self._batches.encode_images([read.parts for read in batch])
        self._shelf.keep([read.content_hash for read in batch], vectors)
        return SeenFiles(tuple(read.path for read in batch), vectors)
