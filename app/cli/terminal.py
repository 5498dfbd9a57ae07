"""What a command says: its answer on stdout, as JSON or as a table; all the rest on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

DONE = 0
SOME_FAILED = 1
WRONG = 2
INTERRUPTED = 130

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
            sys.stdout.write(json.dumps(answer.document, indent=2, allow_nan=False) + "\n")
        else:
            self._show(answer)
        sys.stdout.flush()
        return SOME_FAILED if answer.failed else DONE

    def _show(self, answer: Answer) -> None:
        console = stdout_console()
        for renderable in answer.shown:
            console.print(renderable, soft_wrap=isinstance(renderable, str), markup=False, highlight=False)
        for failure in answer.failed:
            sys.stderr.write(f"failed: {failure.path}: {failure.reason}\n")

    def hint(self, text: str) -> None:
        """One line that a person may want to know; never needed by a program."""
        if not self.quiet:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()


def stdout_console() -> Console:
    from rich.console import Console

    return Console(file=sys.stdout)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Iterable[str] = ()) -> RenderableType:
    """A plain table; the columns named in `numbers` are set to the right."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    right = set(numbers)
    for column in columns:
        drawn.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(str(cell)) for cell in row))
    return drawn


def error(text: str) -> None:
    """The one line that every failed call ends with."""
    line = " ".join(text.split())
    sys.stderr.write(f"winnow: error: {line}\n")
    sys.stderr.flush()
