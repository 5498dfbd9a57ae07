"""Searches of a large project beside reading all of its rows and looking at each."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.arrays.predictions import Predictions
from core.benchmarks import BenchOptions, BenchRow, median_seconds
from core.benchmarks.store import annotate_many, invented_project
from core.errors import Bug
from core.find.keys import Key
from core.find.parsing import parse
from core.project import Project
from core.project.finding import find_images
from core.project.listing import Listing
from core.values import MEMBERS, Head, HeadKind

_QUERIES = ("path:7?/*1.jpg", "label:one -is:flagged", "prediction:two confidence:<0.6")
_SCAN = (
    "SELECT f.relative, s.value FROM images i JOIN files f ON f.image_id = i.id "
    "LEFT JOIN standing s ON s.image_id = i.id AND s.field = 'answer' AND s.head_id = 1"
)


def run(options: BenchOptions) -> list[BenchRow]:
    images = 2_000 if options.quick else 100_000
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with invented_project(folder, images) as project:
            head = project.heads.add("which", HeadKind.CLASS, ["one", "two", "three"])[0]
            annotate_many(project, head, images // 10)
        baseline = median_seconds(lambda: _plain_scan(folder / "project"))
        with Project.open(folder / "project", read_only=True) as project:
            listing = Listing(project.images.all())
            listing.paths(project)
            said = _predicted(listing.table.hashes, options.seed)
            return [_row(query, _search(project, listing, head, said, query), baseline, images) for query in _QUERIES]


def _search(project: Project, listing: Listing, head: Head, said: Predictions, text: str) -> Callable[[], object]:
    query = parse(text, date(2026, 1, 1))
    return lambda: find_images(project, listing, head, said, query, _no_words)


def _no_words(head: Head, key: Key, text: str) -> NDArray[np.float32]:
    raise Bug("nothing here goes by words")


def _row(query: str, work: Callable[[], object], baseline: float, images: int) -> BenchRow:
    value = median_seconds(work, repeats=5)
    note = f"{images:,} images; baseline: one SELECT of every path and answer, each looked at in turn"
    return BenchRow(f"find: {query}", value, "s", baseline, value / baseline, note)


def _plain_scan(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "project.sqlite")) as bare:
        return sum("7" in path and value is not None for path, value in bare.execute(_SCAN))


def _predicted(hashes: NDArray[np.uint8], seed: int) -> Predictions:
    count = len(hashes)
    said = np.random.default_rng(seed).dirichlet([1, 1, 1], count).astype(np.float16)
    members = np.broadcast_to(said[:, None], (count, MEMBERS, 3))
    return Predictions(hashes, said, members, np.zeros(count, np.float32), np.arange(0))
