"""A project that was moved away while it is open is not made anew at its old place, and every job says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.arrays.hashes import hash_bytes
from core.arrays.shards import write_shard
from core.errors import EnvironmentProblem
from core.heads.version_files import complete_folder
from core.jobs.events import Event, FilesScanned, JobFailed
from core.jobs.run import report_job
from core.jobs.spec import JobSpec
from core.media.thumbnails import ThumbnailStore
from core.project import Project
from core.values import ClassValue, ContentHash, ImageId, LabelId, Tiles
from tests.core.store.projects import SIGNAL, class_head, embed_all, picture, scanned_project

HASH = ContentHash("ab" * 32)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "here").mkdir()
    with scanned_project(tmp_path / "here") as project:
        embed_all(project)
        head = class_head(project)
        project.annotations.annotate(head.head_id, {ImageId(n): ClassValue(LabelId(n)) for n in (1, 2)})
        yield project


def spec_of(project: Project, what: str) -> JobSpec:
    match what:
        case "scan":
            return project.scan_spec("scan")
        case "embed":
            return project.embed_spec("embed", "signal", Tiles.NONE, "cpu")
        case _:
            return project.training_spec("train", project.heads.get("content"), "cpu")


def reported(spec: JobSpec, told: Callable[[Event], object] = lambda event: None) -> JobFailed:
    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        told(event)

    report_job(spec, emit, lambda: False)
    assert isinstance(events[-1], JobFailed)
    return events[-1]


def is_told(failed: JobFailed, project: Project) -> bool:
    line = f"the folder {project.folder} is not there any more; if it was moved, open the project at its new place"
    return (failed.owner, failed.text, project.folder.exists()) == ("environment", line, False)


@pytest.mark.parametrize("what", ["scan", "embed", "train"])
def test_that_a_job_of_a_project_that_was_moved_away_says_so(project, tmp_path, what):
    spec = spec_of(project, what)
    (tmp_path / "here").rename(tmp_path / "there")
    assert is_told(reported(spec), project)


def test_that_a_job_in_the_midst_of_which_the_project_is_moved_says_so(project, tmp_path):
    for number in range(200):
        picture(tmp_path / "here" / "photos" / f"more {number}.png", 1000 + number)
    spec = project.scan_spec("scan")

    def move(event: Event) -> None:
        if not isinstance(event, FilesScanned) and project.folder.exists():
            project.folder.rename(tmp_path / "moved")

    assert is_told(reported(spec, move), project)


def write_version(project: Project) -> None:
    with complete_folder(project.folder / "heads" / "content" / ".v1.part") as folder:
        (folder / "x").write_text("x")


WRITERS: dict[str, Callable[[Project], object]] = {
    "thumbnail": lambda project: ThumbnailStore(project.folder / "thumbnails").write(HASH, Image.new("RGB", (4, 4))),
    "shard": lambda project: write_shard(
        project.folder / "embeddings" / "signal" / "000009.safetensors",
        SIGNAL,
        hash_bytes([HASH]),
        np.zeros((1, SIGNAL.dim), np.float16),
    ),
    "version": write_version,
}


@pytest.mark.parametrize("what", WRITERS)
def test_that_nothing_is_written_where_a_project_was(project, tmp_path, what):
    WRITERS[what](project)
    moved = project.folder.rename(tmp_path / "moved")
    with pytest.raises(EnvironmentProblem, match="not there any more"):
        WRITERS[what](project)
    assert moved.is_dir() and not project.folder.exists()


def test_that_a_project_knows_where_it_was_moved_to(project, tmp_path):
    assert not project.lies_in(tmp_path)
    hidden = tmp_path / "there" / ".winnow"
    hidden.parent.mkdir()
    project.folder.rename(hidden)
    assert project.lies_in(hidden) and project.lies_in(Path(hidden.parent))
