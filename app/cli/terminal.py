"""What a command says: its answer on stdout, as JSON or as a table; all the rest on stderr."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console, JustifyMethod, RenderableType

DONE = 0
SOME_FAILED = 1
WRONG = 2
INTERRUPTED = 130

_MANY = 10
"""So many failures are summed up after they are listed."""
_REASONS = 6
_DETAIL = re.compile(r"\s*\(.*\)$|: .*$", re.DOTALL)

_STEERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

_WIDE = 1000
"""Columns of a stream that is no terminal."""
_USUAL = 100
"""Columns that most terminals have."""

Json = Mapping[str, object] | Sequence[object]


@dataclass(frozen=True, slots=True)
class Failure:
    """One input that could not be used."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found or did. `document` is for programs, `shown` for people; failures make the exit code 1."""

    document: Json
    shown: tuple[RenderableType, ...] = ()
    failed: tuple[Failure, ...] = ()


def by_reason(failed: Sequence[Failure]) -> str:
    """One line for a long list: how many for each reason, the commonest first; details of single files aside."""
    counts = Counter(_DETAIL.sub("", failure.reason).strip() for failure in failed)
    named = [f"{count:,} {reason}" for reason, count in counts.most_common(_REASONS)]
    others = len(failed) - sum(count for _, count in counts.most_common(_REASONS))
    return f"{len(failed):,} failed: {'; '.join([*named, *([f'{others:,} for other reasons'] if others else [])])}"


def as_json(failed: Iterable[Failure]) -> list[dict[str, str]]:
    return [{"path": failure.path, "reason": failure.reason} for failure in failed]


class Terminal:
    """The two streams of one command."""

    def __init__(self, *, json: bool, quiet: bool) -> None:
        self.json = json
        self.quiet = quiet

    def answer(self, answer: Answer) -> int:
        """Print it and return the command's exit code."""
        if self.json:
            _write(json.dumps(answer.document, indent=2, allow_nan=False) + "\n")
        else:
            _write(_drawn(answer.shown))
            for failure in answer.failed:
                sys.stderr.write(f"failed: {on_one_line(failure.path)}: {on_one_line(failure.reason)}\n")
            if len(answer.failed) >= _MANY:
                sys.stderr.write(f"{by_reason(answer.failed)}\n")
        return SOME_FAILED if answer.failed else DONE

    def hint(self, text: str) -> None:
        """One line that a person may want to know; never needed by a program."""
        if not self.quiet:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()


def _drawn(shown: Iterable[RenderableType]) -> str:
    """As it looks on this stdout: fitted to a terminal with its colours; elsewhere plain, and no path is broken."""
    drawing = console(sys.stdout, width=None if sys.stdout.isatty() else _WIDE)
    with drawing.capture() as capture:
        for each in shown:
            drawing.print(each, soft_wrap=isinstance(each, str))
    return capture.get()


def console(stream: TextIO, *, width: int | None = None) -> Console:
    """The only kind there is: what it prints may be a person's words, of which none is markup or an emoji's name."""
    from rich.console import Console

    return Console(file=stream, width=width, markup=False, emoji=False, highlight=False)


def _write(text: str) -> None:
    """To stdout; a reader that has left, as in `winnow ... | head`, is no error."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    numbers: Iterable[str] = (),
    sentences: Collection[str] = (),
) -> RenderableType:
    """A plain table; the columns named in `numbers` are set to the right. A cell that is a `Text` is drawn.

    Those named in `sentences` are broken between words, so that the whole is no wider than a usual terminal: not for
    tables of paths, which programs read from a pipe.
    """
    from rich import box
    from rich.constrain import Constrain
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    right = set(numbers)
    for column in columns:
        whole = bool(sentences) and column not in sentences
        side: JustifyMethod = "right" if column in right else "left"
        drawn.add_column(on_one_line(column), justify=side, overflow="fold", no_wrap=whole)
    for row in rows:
        drawn.add_row(*(cell if isinstance(cell, Text) else Text(on_one_line(str(cell))) for cell in row))
    return Constrain(drawn, _USUAL) if sentences else drawn


def on_one_line(text: str) -> str:
    """Names may hold line breaks and other signs that steer a terminal: these are shown as escapes."""
    return _STEERS.sub(lambda sign: sign[0].encode("unicode_escape").decode(), text)


def error(text: str) -> None:
    """The one line that every failed call ends with."""
    line = on_one_line(" ".join(text.split()))
    sys.stderr.write(f"winnow: error: {line}\n")
    sys.stderr.flush()
