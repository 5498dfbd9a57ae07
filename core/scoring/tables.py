"""Answers as a table: CSV, JSON lines or Parquet, written whole or not at all."""

from __future__ import annotations

import csv
import importlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.arrays.text_file import check_writable, replaced
from core.errors import EnvironmentProblem, UserError

Row = Mapping[str, str | float | None]
ENDINGS = (".csv", ".jsonl", ".parquet")


def check_table(path: Path) -> None:
    """Before any work: can the table be written? Raises UserError or EnvironmentProblem."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise UserError(
            f"a table cannot be called {path.name!r}", "choose a name that ends in .csv, .jsonl or .parquet"
        )
    if not path.absolute().parent.is_dir():
        raise UserError(f"there is no folder {path.parent}", "make it first")
    if path.is_dir():
        raise UserError(f"{path} is a folder", "name a file")
    check_writable(path)
    if ending == ".parquet":
        _parquet()


def write_table(path: Path, rows: Sequence[Row]) -> None:
    """Columns are those of the first row; a table of nothing has only `path`."""
    with replaced(path) as unfinished:
        match path.suffix.lower():
            case ".csv":
                _write_csv(unfinished, rows)
            case ".jsonl":
                _write_lines(unfinished, rows)
            case _:
                _write_parquet(unfinished, rows)


def _write_csv(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else ["path"])
        writer.writeheader()
        writer.writerows(rows)


def _write_lines(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def _write_parquet(path: Path, rows: Sequence[Row]) -> None:
    """Names that are no UTF-8 are written as Python escapes them: Parquet knows text alone."""
    pyarrow, parquet = _parquet()
    names = list(rows[0]) if rows else ["path"]
    columns = {name: [_text(row[name]) for row in rows] for name in names}
    parquet.write_table(pyarrow.table(columns), path)


def _text(value: str | float | None) -> str | float | None:
    return value.encode(errors="backslashreplace").decode() if isinstance(value, str) else value


def _parquet() -> tuple[Any, Any]:
    """pyarrow, which has no types, and its part for Parquet; loaded for nothing else."""
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise EnvironmentProblem("Parquet needs the package pyarrow; install it, or write .csv or .jsonl") from error
