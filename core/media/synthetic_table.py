"""The table beside degraded copies: which file was made of which picture, by what effect, how strong, from what seed.

Pictures are named by their content too, so that a copy is known for a copy wherever either of the two lies.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

from core.errors import READABLE, WRITABLE, EnvironmentProblem, UserError
from core.names import SYNTHETIC_TABLE
from core.values import ContentHash

_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SyntheticRow:
    """As it stands in the file: everything is text."""

    file: str
    """Below the table's folder, with "/" separators."""
    source: str
    effect: str
    kind: str
    strength: str
    unit: str
    angle: str
    """Degrees; empty where the effect has no direction."""
    copy: str
    seed: str
    sha256: str
    source_sha256: str


COLUMNS: Final = tuple(field.name for field in fields(SyntheticRow))


class SyntheticTable:
    """Open for adding rows to the table of `folder`; each row is on disk when `add` returns."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / SYNTHETIC_TABLE
        self._stream: TextIO | None = None

    def rows(self) -> dict[str, SyntheticRow]:
        """By file. Raises UserError where the file is another table."""
        if not self._path.exists():
            return {}
        if not self._path.is_file():  # opening a pipe waits for ever
            raise UserError(f"{self._path} is no table of synthetic copies", "choose another folder")
        try:
            with _opened(self._path, "r") as stream:
                reader = csv.DictReader(stream)
                if tuple(reader.fieldnames or ()) != COLUMNS:
                    raise UserError(f"{self._path} is no table of synthetic copies", "choose another folder")
                return {row["file"]: SyntheticRow(**row) for row in reader if _is_whole(row)}
        except (OSError, csv.Error) as error:
            raise EnvironmentProblem(f"cannot read {self._path}: {error}", READABLE) from error

    def add(self, row: SyntheticRow) -> None:
        if self._stream is None:
            self._stream = self._appending()
        csv.DictWriter(self._stream, COLUMNS, lineterminator="\n").writerow(asdict(row))
        self._stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._stream.close()

    def _appending(self) -> TextIO:
        try:
            is_new = not self._path.exists() or not self._path.stat().st_size
            torn = not is_new and not self._path.read_bytes().endswith(b"\n")
            stream = _opened(self._path, "a")
        except OSError as error:
            raise EnvironmentProblem(f"cannot write {self._path}: {error.strerror}", WRITABLE) from error
        if is_new:
            csv.writer(stream, lineterminator="\n").writerow(COLUMNS)
        elif torn:  # a program that was killed in the middle of a row
            stream.write("\n")
        return stream


def kinship(path: Path) -> Iterator[tuple[ContentHash, ContentHash]]:
    """Pairs of pictures that show the same, told by hash: each copy with its source and with the source's first copy.

    The second kind holds the copies together where nobody has seen their source.
    """
    first: dict[str, str] = {}
    for row in copies_of(path.parent):
        yield ContentHash(row.sha256), ContentHash(row.source_sha256)
        sibling = first.setdefault(row.source_sha256, row.sha256)
        if sibling != row.sha256:
            yield ContentHash(row.sha256), ContentHash(sibling)


def copies_of(folder: Path) -> Iterator[SyntheticRow]:
    """Rows that name copy and source by their content. A file that is no such table has none."""
    try:
        rows = SyntheticTable(folder).rows()
    except (UserError, EnvironmentProblem):
        return
    for row in rows.values():
        if _HASH.fullmatch(row.sha256) and _HASH.fullmatch(row.source_sha256):
            yield row


def _opened(path: Path, mode: str) -> TextIO:
    return path.open(mode, newline="", encoding="utf-8", errors="surrogateescape")  # type: ignore[return-value]


def _is_whole(row: dict[str, str]) -> bool:
    return None not in row and all(isinstance(value, str) for value in row.values())
