"""Judged pairs as a CSV file with the columns `left`, `right` and `winner`: read in, and written beside a data set."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.arrays.text_file import replaced
from core.exchange.annotations_csv import check_paths, images_at, only_one
from core.exchange.csv_rows import read_rows
from core.exchange.forms import Form
from core.pairs import Comparison, Outcome
from core.values import Head, HeadKind, ImageId

if TYPE_CHECKING:
    from core.project import Project

COLUMNS: Final = ("left", "right", "winner")
_WINNER: Final = "the winner is left, right, tie, skipped, or one of the two paths"


def read_pairs(path: Path, project: Project) -> tuple[list[Comparison], list[tuple[str, str]]]:
    """The judgements in the order of the file, and (line, reason) for the rows left out."""
    rows = read_rows(path, COLUMNS)
    found = images_at(project, [name for row in rows for name in row.cells[:2]])
    names = [(row.line, name) for row in rows for name in row.cells[:2]]
    check_paths(path, project, [(*name, images) for name, images in zip(names, found, strict=True)])
    said: list[Comparison] = []
    failed: list[tuple[str, str]] = []
    for number, row in enumerate(rows):
        if row.wrong:
            failed.append((f"line {row.line}", row.wrong))
            continue
        left, right, winner = row.cells
        images = found[2 * number], found[2 * number + 1]
        try:
            said.append(_comparison((left, right), images, winner))
        except ValueError as problem:
            failed.append((f"line {row.line}", str(problem)))
    return said, failed


def pairs_file(table: Path, form: Form) -> Path:
    """Beside the table of a data set; each form has its own, as `taste.csv` and `taste.jsonl` may lie side by side."""
    apart = "" if form is Form.CSV else f".{form}"
    return table.with_name(f"{table.stem}{apart}.pairs.csv")


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


def _comparison(
    names: tuple[str, str], found: tuple[tuple[ImageId, ...], tuple[ImageId, ...]], winner: str
) -> Comparison:
    left, right = (
        only_one(images, f"at {name.strip() or 'an empty path'}") for name, images in zip(names, found, strict=True)
    )
    if left == right:
        raise ValueError("both are the same image")
    return Comparison(left, right, _outcome(names, winner))


def _outcome(names: tuple[str, str], winner: str) -> Outcome:
    """Spaces around a path say nothing, unless only they tell the two apart."""
    bare, said = tuple(name.strip() for name in names), winner.strip()
    for paths, path in ((names, winner), (bare, said)):
        if path in paths and paths[0] != paths[1]:
            return Outcome.LEFT if path == paths[0] else Outcome.RIGHT
    try:
        return Outcome(said.lower())
    except ValueError:
        raise ValueError(f"{said!r} is no winner; {_WINNER}") from None
