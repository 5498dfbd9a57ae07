"""A writer killed at any moment loses nothing that it had acknowledged.

WINNOW_KILLS sets the number of kills; the default keeps the suite quick.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from core.project import Project
from core.values import ClassValue, HeadId
from tests.core.store.projects import class_head, invented_project, scanned_project

KILLS = int(os.environ.get("WINNOW_KILLS", "25"))

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 and fork are POSIX")


@pytest.mark.timeout(60 + 5 * KILLS)
def test_that_no_acknowledged_annotation_is_lost_by_kills_at_random_moments(tmp_path):
    with invented_project(tmp_path) as made:
        class_head(made)
    chance = random.Random(0)
    told = 0
    for kill in range(KILLS):
        acknowledged = annotate_until_killed(tmp_path / "project", seed=kill, seconds=chance.uniform(0.0, 0.2))
        told += len(acknowledged)
        with Project.open(tmp_path / "project") as project:
            rows = {int(row.annotation_id): row for row in project.annotations.history()}
            assert sorted(rows) == list(range(1, len(rows) + 1))
            for annotation, what in acknowledged:
                assert said(rows[annotation]) == what
            assert project.check() == []
    assert told > KILLS


def annotate_until_killed(folder: Path, *, seed: int, seconds: float) -> list[tuple[int, str]]:
    """(annotation id, what) of each line that came through; it is killed `seconds` after it opened the project."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            annotate_for_ever(folder, seed, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as lines:
        assert lines.readline() == "open\n"
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        whole = [line.split() for line in lines.read().splitlines(keepends=True) if line.endswith("\n")]
    return [(int(annotation), what) for annotation, what in whole]


def annotate_for_ever(folder: Path, seed: int, writing: int) -> None:
    """The child: every line names an annotation that was acknowledged."""
    chance = random.Random(seed)
    project = Project.open(folder)
    head = project.heads.by_id(HeadId(1))
    os.write(writing, b"open\n")
    while True:
        if chance.random() < 0.2:
            what, changes = "undo", project.annotations.undo()
        else:
            image, label = chance.randrange(1, 5), chance.choice(head.labels).label_id
            what, changes = f"{image}={label}", project.annotations.annotate(head.head_id, {image: ClassValue(label)})
        if changes:
            os.write(writing, f"{project.annotations.last_id()} {what}\n".encode())


def said(row) -> str:
    return f"{row.image_id}={row.value.label}" if isinstance(row.value, ClassValue) else "undo"


_DIES_WRITING = """
import os, sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
for line in ("pragma journal_mode = delete", "pragma cache_size = 2", "begin", "create table more (text)"):
    file.execute(line)
for _ in range(1000):
    file.execute("insert into more values (?)", ("x" * 500,))
os._exit(9)
"""


@pytest.mark.parametrize("read_only", [False, True])
def test_that_a_project_without_wal_opens_after_a_crash_in_the_middle_of_a_write(tmp_path, read_only):
    """As on a disk that takes no WAL: what is half written lies in the file, and its undoing beside it."""
    with scanned_project(tmp_path, 3) as project:
        folder = project.folder
    file = folder / "project.sqlite"
    subprocess.run([sys.executable, "-c", _DIES_WRITING, file], check=False)
    assert file.with_name("project.sqlite-journal").stat().st_size
    with Project.open(folder, read_only=read_only) as again:
        assert len(again.images.all()) == 3
    with closing(sqlite3.connect(file)) as whole:
        assert whole.execute("pragma integrity_check").fetchone() == ("ok",)
