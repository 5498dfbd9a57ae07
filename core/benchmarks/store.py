"""The store beside bare SQLite: one annotation on the disk, a large project opened, a training set gathered."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path

from core.benchmarks import BenchOptions, BenchRow, median_seconds
from core.jobs.events import FilesScanned, ScannedFile
from core.project import Project
from core.values import ClassValue, Head, HeadKind, ImageId

_BATCH = 5_000
_KEYS = 200


def run(options: BenchOptions) -> list[BenchRow]:
    images = 2_000 if options.quick else 100_000
    annotations = images // 10
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with invented_project(folder, images) as project:
            head = project.heads.add("which", HeadKind.CLASS, ["one", "two", "three"])[0]
            annotate_many(project, head, annotations)
            rows = [_one_annotation(project, head), _training_set(project, head, annotations)]
        rows.append(_opening(folder / "project", images))
        return [*rows, _joining(folder, images)]


def _one_annotation(project: Project, head: Head) -> BenchRow:
    """A key stroke's way to the disk; the baseline is one bare row committed in the same folder."""
    labels = cycle([ClassValue(label.label_id) for label in head.labels])
    value = _median(lambda: project.annotations.annotate(head.head_id, {ImageId(1): next(labels)}))
    with closing(sqlite3.connect(project.folder / "bare.sqlite", isolation_level=None)) as bare:
        bare.execute("PRAGMA journal_mode = WAL")
        bare.execute("PRAGMA synchronous = FULL")
        bare.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, value TEXT)")
        baseline = _median(lambda: bare.execute("INSERT INTO rows (value) VALUES ('x')"))
    note = f"median of {_KEYS}; baseline: a bare INSERT, synchronous=FULL"
    return _row("one annotation, on the disk", value * 1000, "ms", baseline * 1000, note)


def _training_set(project: Project, head: Head, annotations: int) -> BenchRow:
    value = median_seconds(lambda: project.annotations.annotated_set(head))
    query = "SELECT s.value, i.hash FROM standing s JOIN images i ON i.id = s.image_id"
    baseline = _bare_seconds(project.folder, query)
    return _row("training set gathered", value, "s", baseline, f"{annotations:,} annotations; baseline: a bare SELECT")


def _opening(folder: Path, images: int) -> BenchRow:
    """With the table of all images, as the window needs it."""

    def open_and_read() -> None:
        with Project.open(folder) as project:
            project.images.all()

    value = median_seconds(open_and_read)
    baseline = _bare_seconds(folder, "SELECT id, hash, width, height FROM images")
    return _row("project opened, images listed", value, "s", baseline, f"{images:,} images; baseline: a bare SELECT")


def _joining(folder: Path, images: int) -> BenchRow:
    """An image folder that was moved and added anew becomes one with its old place, as `scan --relocate` does it."""
    old, new = folder / "images", folder / "moved"
    new.mkdir()
    with Project.open(folder / "project") as project:
        project.add_roots([str(new)])
        _scan(project, new, images)
        bare_update = _update_seconds(project.folder)
        old.rmdir()
        start = time.perf_counter()
        project.relocate(str(old), str(new))
        value = time.perf_counter() - start
    note = f"{images:,} files in both; baseline: a bare UPDATE of so many rows, rolled back"
    return _row("moved folder made one with its old place", value, "s", bare_update, note)


def _update_seconds(folder: Path) -> float:
    with closing(sqlite3.connect(folder / "project.sqlite", isolation_level=None)) as bare:
        bare.execute("BEGIN IMMEDIATE")
        start = time.perf_counter()
        bare.execute("UPDATE files SET relative = 'a/' || relative WHERE root_id = (SELECT min(id) FROM roots)")
        seconds = time.perf_counter() - start
        bare.execute("ROLLBACK")
    return seconds


def _row(name: str, value: float, unit: str, baseline: float, note: str) -> BenchRow:
    return BenchRow(f"store: {name}", value, unit, baseline, value / baseline, note)


def _median(work: Callable[[], object]) -> float:
    return median_seconds(work, repeats=_KEYS)


def _bare_seconds(folder: Path, query: str) -> float:
    def select() -> None:
        with closing(sqlite3.connect(folder / "project.sqlite")) as bare:
            bare.execute(query).fetchall()

    return median_seconds(select)


def invented_project(folder: Path, images: int) -> Project:
    """A project of invented files."""
    root = folder / "images"
    root.mkdir()
    project = Project.create(folder / "project", [str(root)])
    _scan(project, root, images)
    return project


def _scan(project: Project, root: Path, images: int) -> None:
    for start in range(0, images, _BATCH):
        found = tuple(_files(str(root), start, min(start + _BATCH, images)))
        project.adopt(FilesScanned("scan", found=found))


def _files(root: str, start: int, stop: int) -> Iterator[ScannedFile]:
    now = time.time_ns()
    for number in range(start, stop):
        content = hashlib.sha256(str(number).encode()).hexdigest()
        yield ScannedFile(root, f"{number // 1000}/{number}.jpg", content, 640, 480, "JPEG", 100_000, now)


def annotate_many(project: Project, head: Head, annotations: int) -> None:
    ids = project.images.all().ids[:annotations].tolist()
    values = {ImageId(image): ClassValue(label.label_id) for image, label in zip(ids, cycle(head.labels), strict=False)}
    project.annotations.annotate(head.head_id, values)
