"""Rows of a CSV file as spreadsheets write them: commas, semicolons or tabs, columns in any order, a BOM or none."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from core.errors import READABLE, EnvironmentProblem, UserError
from core.media.names import printable

_DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab"}
_UTF16: Final = ("\udcff\udcfe", "\udcfe\udcff")
"""As files begin that some spreadsheets call Unicode."""
_UNDECODED: Final = re.compile("[\udc80-\udcff]")
_SHOWN: Final = 60
"""Signs of a text that is no UTF-8."""
_QUOTES: Final = "close it, or write a quote in a value twice"


@dataclass(frozen=True, slots=True)
class CsvRow:
    line: int
    """The last line of the file that it takes up."""
    cells: tuple[str, ...]
    """Of the columns that were asked for; "" where the row or the file has none."""
    wrong: str = ""
    """Why the cells may be those of other columns."""


def read_rows(path: Path, columns: Sequence[str], also: Sequence[str] = ()) -> list[CsvRow]:
    """The rows in which something stands, with the cells of `columns`, then of `also`, as they were typed.

    Raises UserError where the file lacks one of `columns`, has one twice, or is no CSV file; EnvironmentProblem.
    """
    wanted = f"give a CSV file whose first line is {','.join(columns)}"
    try:
        # Names that are no UTF-8 come through as the file system gives them.
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
            first = stream.readline()
            delimiter, names = _columns(first, columns)
            if delimiter is None:
                check_utf8(path, [(1, first)] if first.startswith(_UTF16) else ())
                raise UserError(
                    f"{path} has no columns {', '.join(columns[:-1])} and {columns[-1]} in its first line", wanted
                )
            for name in (*columns, *also):
                if names.count(name) > 1:
                    raise UserError(f"{path} has two columns {name} in its first line", "leave one of them")
            return list(_rows(stream, path, delimiter, names, (*columns, *also)))
    except (FileNotFoundError, IsADirectoryError) as error:
        raise UserError(f"there is no file {path}", wanted) from error
    except OSError as error:
        raise EnvironmentProblem(f"cannot read {path}: {error.strerror}", READABLE) from error
    except csv.Error as error:
        raise UserError(f"{path} is no CSV file: {error}", wanted) from error


def is_undecoded(text: str) -> bool:
    """Whether bytes of it are no UTF-8."""
    return not text.isascii() and _UNDECODED.search(text) is not None


def check_utf8(path: Path, texts: Iterable[tuple[int, str]]) -> None:
    """Raises UserError of the first text, each with its line, that is none."""
    for line, text in texts:
        if is_undecoded(text):
            shown = printable(text.strip())[:_SHOWN]
            raise UserError(f"{path} is not UTF-8: line {line} holds {shown}", "save it as UTF-8")


def _columns(first: str, columns: Sequence[str]) -> tuple[str | None, list[str]]:
    """What stands between the cells, and the names of all columns; None where these are not in the first line."""
    for delimiter in _DELIMITERS:
        names = [name.strip().lower() for row in csv.reader([first], delimiter=delimiter) for name in row]
        if set(columns) <= set(names):
            return delimiter, names
    return None, []


def _rows(stream: TextIO, path: Path, delimiter: str, names: Sequence[str], wanted: Sequence[str]) -> Iterator[CsvRow]:
    places = [names.index(name) if name in names else None for name in wanted]
    read: list[str] = []
    """The lines of the row that is read."""

    def noted() -> Iterator[str]:
        for line in stream:
            read.append(line)
            yield line

    last: list[str] = []
    reader = csv.reader(noted(), delimiter=delimiter)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                cells = tuple(row[place] if place is not None and place < len(row) else "" for place in places)
                yield CsvRow(reader.line_num + 1, cells, _too_many(row, len(names), delimiter))
            if len(read) > 1 and not _is_open(read, delimiter):
                _check_ends(read, path, reader.line_num + 1, delimiter)
            last = read.copy()
            read.clear()
    except csv.Error as error:
        if len(read) > 1:  # a value may not be as long as the rest of the file
            raise _never_closed(path, reader.line_num + 2 - len(read)) from error
        raise
    if last and _is_open(last, delimiter):
        raise _never_closed(path, reader.line_num + 2 - len(last))


def _too_many(row: Sequence[str], columns: int, delimiter: str) -> str:
    """Of a row with more cells than there are columns; what is empty at its end says nothing."""
    if not any(cell.strip() for cell in row[columns:]):
        return ""
    remedy = f"write what has a {_DELIMITERS[delimiter]} in it in quotes"
    return f"has {len(row)} cells where the first line has {columns}; {remedy}"


def _is_open(lines: Sequence[str], delimiter: str) -> bool:
    """The last value of this row has a quote that none of its lines closes."""
    return len(list(csv.reader([*lines, '"'], delimiter=delimiter))) == 1


def _never_closed(path: Path, line: int) -> UserError:
    return UserError(f"{path} opens a quote in line {line} and never closes it", _QUOTES)


def _check_ends(lines: Sequence[str], path: Path, line: int, delimiter: str) -> None:
    """Raises UserError of a row of several lines, the last of them `line`, where no value ends after a closing quote.

    That quote opens a value of another row, and all between the two was taken for one value.
    """
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        first = line + 1 - len(lines)
        raise UserError(f"{path} opens a quote in line {first} that takes up rows to line {line}", _QUOTES) from error
