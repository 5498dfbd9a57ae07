"""Judged pairs as a CSV file with the columns `left`, `right` and `winner`: read in, and written beside a data set."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.arrays.text_file import replaced
from core.errors import READABLE, EnvironmentProblem, UserError
from core.pairs import Comparison, Outcome
from core.values import Head, HeadKind, ImageId

if TYPE_CHECKING:
    from core.project import Project

COLUMNS: Final = ("left", "right", "winner")
_WANTED: Final = f"give a CSV file whose first line is {','.join(COLUMNS)}"
_WINNER: Final = "the winner is left, right, tie, skipped, or one of the two paths"


def read_pairs(path: Path, project: Project) -> tuple[list[Comparison], list[tuple[str, str]]]:
    """The judgements in the order of the file, and (line, reason) for the rows left out."""
    rows = _rows(path)
    found = project.images.by_paths([name for row in rows for name in row[:2]])
    said: list[Comparison] = []
    failed: list[tuple[str, str]] = []
    for number, (left, right, winner) in enumerate(rows):
        images = found[2 * number], found[2 * number + 1]
        try:
            said.append(_comparison((left, right), images, winner))
        except ValueError as problem:
            failed.append((f"line {number + 2}", str(problem)))
    return said, failed


def pairs_file(table: Path) -> Path:
    """Beside the table of a data set."""
    return table.with_name(f"{table.stem}.pairs.csv")


def held_pairs(project: Project, head: Head, among: Collection[int] | None = None) -> list[tuple[str, str, str]]:
    """What holds, as rows of the file: paths and the winner's side. `among`: of these images only."""
    if head.kind is not HeadKind.SCORE:
        return []
    held = project.pairs.holding(head.head_id)
    if among is not None:
        held = [pair for pair in held if pair.left in among and pair.right in among]
    paths = {one.image_id: one.path for one in project.images.get({image for pair in held for image in pair.images})}
    return [
        (paths[pair.left], paths[pair.right], pair.outcome.value)
        for pair in held
        if pair.left in paths and pair.right in paths
    ]


def write_pairs(rows: Iterable[tuple[str, str, str]], path: Path) -> None:
    """Whole or not at all. Raises EnvironmentProblem."""
    with (
        replaced(path) as unfinished,
        unfinished.open("w", encoding="utf-8", errors="surrogateescape", newline="") as stream,
    ):
        table = csv.writer(stream)
        table.writerow(COLUMNS)
        table.writerows(rows)


def _comparison(names: tuple[str, str], images: tuple[ImageId | None, ImageId | None], winner: str) -> Comparison:
    for name, image in zip(names, images, strict=True):
        if image is None:
            raise ValueError(f"no image of this project lies at {name or 'an empty path'}")
    left, right = images
    assert left is not None
    assert right is not None
    if left == right:
        raise ValueError("both are the same image")
    said = winner.strip()
    if said in names:
        return Comparison(left, right, Outcome.LEFT if said == names[0] else Outcome.RIGHT)
    try:
        return Comparison(left, right, Outcome(said.lower()))
    except ValueError:
        raise ValueError(f"{said!r} is no winner; {_WINNER}") from None


def _rows(path: Path) -> list[tuple[str, str, str]]:
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
            return _cells(csv.reader(stream), path)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise UserError(f"there is no file {path}", _WANTED) from error
    except OSError as error:
        raise EnvironmentProblem(f"cannot read {path}: {error.strerror}", READABLE) from error
    except csv.Error as error:
        raise UserError(f"{path} is no CSV file: {error}", _WANTED) from error


def _cells(reader: Iterator[list[str]], path: Path) -> list[tuple[str, str, str]]:
    names = [name.strip().lower() for name in next(reader, [])]
    if not set(COLUMNS) <= set(names):
        raise UserError(f"{path} has no columns {', '.join(COLUMNS)} in its first line", _WANTED)
    left, right, winner = (names.index(name) for name in COLUMNS)
    filled = [row + [""] * (len(names) - len(row)) for row in reader if any(cell.strip() for cell in row)]
    return [(row[left].strip(), row[right].strip(), row[winner]) for row in filled]
