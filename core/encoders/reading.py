"""Files -> prepared crops, in threads, in order, with a bound on what is in memory at once."""

from __future__ import annotations

import io
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from PIL import Image

from core.arrays.hashes import hash_of_bytes
from core.encoders.base import Encoder, Prepared
from core.encoders.crops import crops
from core.errors import BadImage, Cancelled
from core.media.decode import Source, decode_rgb
from core.media.opening import open_regular
from core.values import ImageFile

DECODED_PIXELS = 200_000_000
"""Pixels that may be decoded at one moment, over all threads; a single larger image passes alone."""
MOST_THREADS = 32
POLL_S = 0.1
TOO_LARGE = "too large for the memory that is free"

Cutting = Callable[[Image.Image], list[Image.Image]]
"""A picture -> the crops of it that are wanted."""
Item = TypeVar("Item")
Got = TypeVar("Got")


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """One image, ready to be encoded: one crop or five."""

    image: ImageFile
    prepared: tuple[Prepared, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    image: ImageFile
    reason: str
    broken: bool = False
    """The picture itself is at fault, rather than the way to it."""


class PixelBudget:
    """Lets threads wait until their image fits into what may be decoded at once."""

    def __init__(self, pixels: int) -> None:
        self._limit = pixels
        self._used = 0
        self._changed = threading.Condition()

    @contextmanager
    def spend(self, pixels: int) -> Iterator[None]:
        wanted = min(pixels, self._limit)
        with self._changed:
            self._changed.wait_for(lambda: self._used + wanted <= self._limit)
            self._used += wanted
        try:
            yield
        finally:
            with self._changed:
                self._used -= wanted
                self._changed.notify_all()


def new_budget() -> PixelBudget:
    """For one run over many files."""
    return PixelBudget(DECODED_PIXELS)


def read_all(
    images: Iterable[ImageFile], encoder: Encoder, is_cancelled: Callable[[], bool], *, ahead: int
) -> Iterator[Read | Unreadable]:
    """Reads up to `ahead` images before they are asked for. Raises Cancelled soon after `is_cancelled` turns true."""
    return read_ahead(images, partial(read_one, encoder=encoder, budget=new_budget()), is_cancelled, ahead=ahead)


def read_ahead(
    items: Iterable[Item], read: Callable[[Item], Got], is_cancelled: Callable[[], bool], *, ahead: int
) -> Iterator[Got]:
    """What `read` makes of each item, in threads and in order; raises Cancelled after `is_cancelled` turns true."""
    waiting: deque[Future[Got]] = deque()
    pool = ThreadPoolExecutor(threads(), thread_name_prefix="decode")
    try:
        for item in items:
            waiting.append(pool.submit(read, item))
            if len(waiting) > ahead:
                yield _result(waiting.popleft(), is_cancelled)
        while waiting:
            yield _result(waiting.popleft(), is_cancelled)
    finally:
        pool.shutdown(cancel_futures=True)


def threads() -> int:
    """A decoding thread for each core that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_THREADS)


def read_one(image: ImageFile, encoder: Encoder, budget: PixelBudget, cut: Cutting | None = None) -> Read | Unreadable:
    """Never raises for a bad file. The bytes that are decoded are the bytes whose hash the vector will stand under."""
    try:
        with open_regular(image.path) as stream:
            data = stream.read()
    except BadImage as error:  # cannot be opened, which says nothing of what is in it
        missing = isinstance(error.__cause__, FileNotFoundError)
        return Unreadable(image, "file is missing: scan again" if missing else error.reason)
    except OSError as error:
        return Unreadable(image, error.strerror or str(error))
    try:
        if len(data) != image.size_bytes or hash_of_bytes(data) != image.content_hash:
            return Unreadable(image, "changed since it was scanned: scan again")
        with budget.spend(image.width * image.height):
            return Read(image, prepared(io.BytesIO(data), encoder, cut))
    except BadImage as error:
        return Unreadable(image, error.reason, broken=True)
    except MemoryError:
        return Unreadable(image, TOO_LARGE)


def prepared(source: Source, encoder: Encoder, cut: Cutting | None = None) -> tuple[Prepared, ...]:
    """The picture decoded, cut by `cut` or as the encoder wants it, and each crop prepared. Raises BadImage."""
    picture = decode_rgb(source)
    parts = (
        crops(picture, input_size=encoder.input_size, tiles=encoder.signature.tiles) if cut is None else cut(picture)
    )
    return tuple(encoder.prepare(part) for part in parts)


def _result(future: Future[Got], is_cancelled: Callable[[], bool]) -> Got:
    while True:
        if is_cancelled():
            raise Cancelled
        try:
            return future.result(timeout=POLL_S)
        except NotYet:
            if future.done():  # a TimeoutError of the work itself
                raise
