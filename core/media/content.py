"""A picture file and the hash of its content; what is decoded are the bytes that were hashed.

Memory stays level: a file that is no small one is never held whole, and read to its end only if it is a picture.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from core.arrays.hashes import hash_of_bytes, hash_of_stream
from core.errors import BadImage
from core.media.decode import check_recognised
from core.media.opening import open_regular
from core.media.system_reasons import system_reason
from core.values import ContentHash

_WHOLE_BYTES = 48 << 20
"""Files up to this size are read once, for the hash and for the decoder."""


@dataclass(frozen=True, slots=True)
class Content:
    """Of an open file."""

    hash: ContentHash
    size_bytes: int
    mtime_ns: int
    _stream: BinaryIO

    def from_start(self) -> BinaryIO:
        """To be decoded."""
        self._stream.seek(0)
        return self._stream


@contextmanager
def open_content(path: str) -> Iterator[Content]:
    """Raises BadImage where it cannot be read, and MemoryError."""
    with open_regular(path) as stream:
        try:
            content = _content(path, stream)
        except OSError as error:
            raise BadImage(path, system_reason(error)) from error
        yield content


def _content(path: str, stream: BinaryIO) -> Content:
    status = os.fstat(stream.fileno())
    if not status.st_size:
        raise BadImage(path, "zero bytes")
    if status.st_size > _WHOLE_BYTES:
        check_recognised(stream)
        stream.seek(0)
        return Content(hash_of_stream(stream), status.st_size, status.st_mtime_ns, stream)
    data = stream.read()
    return Content(hash_of_bytes(data), status.st_size, status.st_mtime_ns, io.BytesIO(data))
