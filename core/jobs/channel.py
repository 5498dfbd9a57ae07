"""Whole messages over two byte streams, a length and then a pickle: how the worker and its owner speak.

Both ends are this program's own processes and the streams are private pipes; nothing here ever reads a file.
"""

from __future__ import annotations

import pickle
import struct
import threading
from dataclasses import dataclass
from typing import BinaryIO

from core.errors import Bug
from core.jobs.events import Event
from core.jobs.spec import AskSpec, JobSpec, LiveSpec

_LENGTH = struct.Struct("!Q")
MESSAGE_LIMIT = 1 << 30
"""Bytes. Arrays travel as files, so a larger message is a mistake; refusing it keeps both ends alive."""


@dataclass(frozen=True, slots=True)
class CancelJob:
    """Stop this job at its next step; a job that still waits never starts."""

    job: str


Order = JobSpec | LiveSpec | AskSpec | CancelJob
"""What goes down. What comes up is core.jobs.events.Event."""


class Unsendable(Bug):
    """A message that cannot be pickled or is over MESSAGE_LIMIT; nothing of it was sent."""


def encode(message: Order | Event, *, limit: int = MESSAGE_LIMIT) -> bytes:
    """The bytes of one message without its length. Raises Unsendable."""
    try:
        payload = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        raise Unsendable(f"a {type(message).__name__} cannot cross the process border: {error}") from error
    if len(payload) > limit:
        raise Unsendable(f"a {type(message).__name__} of {len(payload):,} bytes is over the limit of {limit:,}")
    return payload


class Channel:
    """One end. Any thread may send; one thread receives."""

    def __init__(self, reader: BinaryIO, writer: BinaryIO) -> None:
        self._reader = reader
        self._writer = writer
        self._sending = threading.Lock()

    def send(self, message: Order | Event) -> None:
        """Raises Unsendable, and OSError when the other end is gone."""
        self.send_encoded(encode(message))

    def send_encoded(self, payload: bytes) -> None:
        with self._sending:
            self._writer.write(_LENGTH.pack(len(payload)))
            self._writer.write(payload)
            self._writer.flush()

    def receive(self) -> object:
        """The next message; EOFError when the other end is gone, even in the middle of a message."""
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        return pickle.loads(self._read(length))  # noqa: S301 - written by our own process, on a private pipe

    def _read(self, size: int) -> bytes:
        data = self._reader.read(size)
        if len(data) < size:
            raise EOFError("the other end of the pipe is closed")
        return data
