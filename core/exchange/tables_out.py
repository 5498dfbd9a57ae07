"""Annotations as one table: CSV, JSON lines or Parquet, every image with its path, answer and content hash."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from core.arrays.text_file import new_file
from core.exchange.answer_text import answer_json
from core.exchange.dataset import Row, Rows, cannot_write, check_export
from core.exchange.forms import Exported, Form
from core.media.names import printable
from core.values import HeadKind

if TYPE_CHECKING:
    import pyarrow

COLUMNS: Final = ("path", "value", "hash", "width", "height", "excluded", "audit")


def export_table(rows: Rows, destination: Path, form: Form, *, dry_run: bool = False) -> Exported:
    """Whole or not at all. The CSV is what `winnow annotate` reads; the others hold values as they are."""
    check_export(rows, destination, is_file=True)
    if not dry_run:
        write = {Form.CSV: _write_csv, Form.JSONL: _write_jsonl, Form.PARQUET: _write_parquet}[form]
        _whole(destination, lambda path: write(rows, path))
    return Exported((destination.as_posix(),), len(rows.rows))


def _whole(destination: Path, write: Callable[[Path], None]) -> None:
    try:
        with new_file(destination) as unfinished:
            write(unfinished)
    except OSError as error:
        raise cannot_write(destination, error) from error


def _write_csv(rows: Rows, path: Path) -> None:
    with _open(path) as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for row in rows.rows:
            table.writerow((row.image.path, rows.text(row), *_facts(row)))


def _write_jsonl(rows: Rows, path: Path) -> None:
    with _open(path) as file:
        for row in rows.rows:
            values = (row.image.path, answer_json(row.value, rows.names), *_facts(row))
            file.write(json.dumps(dict(zip(COLUMNS, values, strict=True))) + "\n")


def _write_parquet(rows: Rows, path: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for row in rows.rows:
        values = (printable(row.image.path), answer_json(row.value, rows.names), *_facts(row))
        for name, value in zip(COLUMNS, values, strict=True):
            columns[name].append(value)
    parquet.write_table(pyarrow.table(columns, schema=_schema(rows.head.kind)), path)


def _schema(kind: HeadKind) -> pyarrow.Schema:
    import pyarrow as pa

    names = pa.list_(pa.string())
    value = {
        HeadKind.CLASS: pa.string(),
        HeadKind.SCORE: pa.float64(),
        HeadKind.TAGS: pa.struct([("yes", names), ("no", names)]),
    }[kind]
    types = (pa.string(), value, pa.string(), pa.int32(), pa.int32(), pa.bool_(), pa.bool_())
    return pa.schema(list(zip(COLUMNS, types, strict=True)))


def _facts(row: Row) -> tuple[object, ...]:
    return row.image.content_hash, row.image.width, row.image.height, row.excluded, row.audit


def _open(path: Path) -> TextIO:
    """Names that are no UTF-8 go out as the file system gives them."""
    return path.open("w", encoding="utf-8", errors="surrogateescape", newline="")
