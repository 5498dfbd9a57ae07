"""What Ctrl+C leaves of each kind of work, said in the words of the line that every interrupted call ends with."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final

from core.errors import Cancelled

GOES_ON: Final = "what was finished is kept, call again to go on from there"
WHOLE_OR_NOT: Final = "nothing was written, call again to begin anew"
NO_ANSWER: Final = "no answer was taken in, call again to take them"
NO_HEAD: Final = "no head was added, call again to add it"
NO_VECTOR: Final = "nothing is kept where no vectors are, call again to begin anew"
PLAYS_ANEW: Final = "the pictures and their vectors are kept, call again to play from the start"
COURSE_KEPT: Final = (
    "no version was made, the one in force before stays; call again with the same answers to go on from there"
)
UNTRAINED: Final = "no version was made, the one in force before stays; call again to train from the start"

_STDERR: Final = 2


@contextmanager
def interrupts(left: str, *, quiet: bool) -> Iterator[Callable[[], bool]]:
    """Turn the first SIGINT into a flag, so that work stops between two steps; the second breaks it off.

    Either ends in Cancelled, which says what is `left`; so does a Cancelled that says nothing of its own.
    """
    try:
        with _flag(_stopping(left), quiet=quiet) as is_cancelled:
            yield is_cancelled
    except (Cancelled, KeyboardInterrupt) as stopped:
        raise Cancelled(str(stopped) or left) from None


def _stopping(left: str) -> bytes:
    kept = "after this batch; what is done is kept" if left == GOES_ON else "after this step"
    return f"\nstopping {kept} (Ctrl+C once more breaks off at once)\n".encode()


@contextmanager
def _flag(stopping: bytes, *, quiet: bool) -> Iterator[Callable[[], bool]]:
    asked: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        if not quiet:
            with suppress(OSError):
                os.write(_STDERR, stopping)  # a stream may be in the middle of a write, a descriptor is not

    try:
        before = signal.signal(signal.SIGINT, ask)
    except ValueError:  # not in the main thread: a test or a notebook
        yield lambda: False
        return
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)
