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
DONE: Final = "all was done before, only the answer is not shown"
UNTRAINED: Final = "no version was made, the one in force before stays; call again to train from the start"

_STDERR: Final = 2
_ANSWERING: Final = b"\nall is done, the answer comes (Ctrl+C once more leaves it out)\n"


@contextmanager
def interrupts(left: str, *, quiet: bool, last: bool = False) -> Iterator[Callable[[], bool]]:
    """Turn the first SIGINT into a flag, so that work stops between two steps; the second breaks it off.

    Either ends in Cancelled, which says what is `left`; so does a Cancelled that says nothing of its own. Once the
    `last` work of a call is done, its answer is waited for as the work was.
    """
    try:
        with _flag(_stopping(left), quiet=quiet, last=last) as is_cancelled:
            yield is_cancelled
    except (Cancelled, KeyboardInterrupt) as stopped:
        raise Cancelled(str(stopped) or left) from None


def _stopping(left: str) -> bytes:
    kept = "after this batch; what is done is kept" if left == GOES_ON else "after this step"
    return f"\nstopping {kept} (Ctrl+C once more breaks off at once)\n".encode()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Whatever answers Ctrl+C in the block, afterwards it is what was there before."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        with suppress(ValueError):  # not in the main thread
            signal.signal(signal.SIGINT, before)


@contextmanager
def _flag(stopping: bytes, *, quiet: bool, last: bool) -> Iterator[Callable[[], bool]]:
    asked: list[int] = []
    ask = _asking(asked, stopping, KeyboardInterrupt(), quiet=quiet)
    try:
        before = signal.signal(signal.SIGINT, ask)
    except ValueError:  # not in the main thread: a test or a notebook
        yield lambda: False
        return
    after = before
    try:
        yield lambda: bool(asked)
        after = _asking([], _ANSWERING, Cancelled(DONE), quiet=quiet) if last else before
    finally:
        signal.signal(signal.SIGINT, after)


def _asking(
    asked: list[int], told: bytes, again: BaseException, *, quiet: bool
) -> Callable[[int, FrameType | None], None]:
    """Notes the first signal in `asked` and tells so; a second one raises `again`."""

    def ask(number: int, frame: FrameType | None) -> None:
        if asked:
            raise again
        asked.append(number)
        if not quiet:
            with suppress(OSError):
                os.write(_STDERR, told)  # a stream may be in the middle of a write, a descriptor is not

    return ask
