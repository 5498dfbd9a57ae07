"""What a live head said last is kept for the next opening of its head, and for that of no other."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.arrays.predictions import Predictions, read_predictions, write_predictions
from core.heads.live import LiveSession
from core.project import Project
from core.project.last_look import answers_learned, files_to_keep, last_look
from core.values import ClassValue, Head, ImageId
from tests.core.store.projects import class_head, embed_all, invented_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Twelve embedded images, the first three of them annotated under the head `content`."""
    with invented_project(tmp_path, 12) as made:
        embed_all(made)
        annotate(made, class_head(made), 3)
        yield made


@pytest.fixture
def head(project: Project) -> Head:
    return project.heads.get("content")


@pytest.fixture
def left(project: Project, head: Head) -> Path:
    """The file of a live head that ended."""
    return look(project, head, "before")


def annotate(project: Project, head: Head, count: int) -> None:
    values = {ImageId(n + 1): ClassValue(head.labels[n % 3].label_id) for n in range(count)}
    project.annotations.annotate(head.head_id, values)


def look(project: Project, head: Head, job: str, *, times: int = 1) -> Path:
    """What the real live head writes; returns the last file."""
    session = LiveSession(project.live_open(job, head, "cpu"))
    return [Path(session.update().file) for _ in range(times)][-1]


def reopened(project: Project) -> Project:
    project.close()
    return Project.open(project.folder)


def written(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder / "live").as_posix() for file in (folder / "live").rglob("*.*"))


def said(project: Project, head: Head) -> Predictions:
    found = last_look(project, head)
    assert found is not None
    return found


def test_that_what_was_said_last_is_there_at_the_next_opening(project, head, left):
    before = read_predictions(left)
    with reopened(project) as again:
        found = said(again, head)
        assert answers_learned(found) == 3
    for name in ("hashes", "probabilities", "members", "utility", "order"):
        np.testing.assert_array_equal(getattr(found, name), getattr(before, name))


def test_that_the_newest_file_of_each_head_alone_stays(project, head):
    other = class_head(project, "light", ("day", "night", "dusk"))
    annotate(project, other, 3)
    look(project, head, "first", times=3)
    look(project, other, "second", times=2)
    newest = look(project, head, "third", times=11)
    (newest.parent / ".live-12.safetensors.7.tmp").write_bytes(b"half")
    (project.folder / "live" / "live-1.safetensors").write_bytes(b"nobody's")
    with reopened(project) as again:
        assert written(again.folder) == ["1-third/live-11.safetensors", "2-second/live-2.safetensors"]
        assert last_look(again, head) is not None and last_look(again, other) is not None


def test_that_of_files_of_one_moment_the_one_written_last_is_the_newest(project, head):
    for file in look(project, head, "job", times=11).parent.iterdir():
        os.utime(file, (1, 1))
    assert {file.name for file in files_to_keep(project)} == {"live-11.safetensors"}


@pytest.mark.parametrize("edit", ["one more", "one fewer", "another order"])
def test_that_a_head_with_other_labels_does_not_get_it(project, head, left, edit):
    labels = list(head.labels)
    edited = {"one more": [*labels, "horse"], "one fewer": labels[:2], "another order": labels[::-1]}[edit]
    project.heads.edit(head.head_id, labels=edited)
    assert last_look(project, project.heads.get("content")) is None
    with reopened(project) as again:
        assert written(again.folder) == []


def test_that_a_head_on_another_encoder_does_not_get_it(project, head, left):
    project.heads.edit(head.head_id, encoder="another")
    assert last_look(project, project.heads.get("content")) is None


def test_that_where_all_live_files_lie_behind_a_link_none_is_read_or_tidied(project, head, left, tmp_path):
    live = left.parent.parent
    live.rename(tmp_path / "outside")
    live.symlink_to(tmp_path / "outside")
    assert last_look(project, head) is None
    with reopened(project):
        assert (tmp_path / "outside" / left.parent.name / left.name).is_file()


def test_that_labels_and_a_head_under_another_name_get_it(project, head, left):
    project.heads.edit(head.head_id, name="animal", labels=[replace(one, name=f"{one.name}s") for one in head.labels])
    with reopened(project) as again:
        assert last_look(again, again.heads.get("animal")) is not None


def test_that_another_head_does_not_get_it_though_it_is_put_in_its_folder(project, head, left):
    other = class_head(project, "light", ("day", "night", "dusk"))
    shutil.copytree(left.parent, left.parent.with_name(f"{other.head_id}-before"))
    assert last_look(project, other) is None


def test_that_of_a_head_that_was_removed_nothing_stays(project, head, left):
    project.heads.remove(head.head_id)
    assert left.exists(), "the removal may be taken back"
    with reopened(project) as again:
        assert written(again.folder) == []


def test_that_once_every_answer_was_taken_back_there_is_nothing_to_go_on_with(project, head, left):
    project.annotations.undo()
    look(project, head, "later")
    assert last_look(project, head) is None
    with reopened(project) as again:
        assert written(again.folder) == []


def test_that_a_torn_file_gives_way_to_the_one_before_it(project, head):
    newest = look(project, head, "job", times=3)
    newest.write_bytes(newest.read_bytes()[:-40])
    with reopened(project) as again:
        assert last_look(again, head) is not None
        assert written(again.folder) == ["1-job/live-2.safetensors"]


def _strange(left: Path, what: str) -> None:
    good = read_predictions(left)
    match what:
        case "nothing in it":
            left.write_bytes(b"")
        case "a header of all there is":
            left.write_bytes(b"\xff" * 64)
        case "a folder":
            left.unlink()
            left.mkdir()
        case "a pipe":
            left.unlink()
            os.mkfifo(left)
        case "a link":
            left.rename(left.with_name("elsewhere"))
            left.symlink_to(left.with_name("elsewhere"))
        case "a link that leads nowhere":
            left.unlink()
            left.symlink_to("nowhere")
        case "other outputs":
            write_predictions(
                left, replace(good, probabilities=good.probabilities[:, :2], members=good.members[..., :2])
            )
        case "no members":
            write_predictions(left, replace(good, members=good.members[:, :0]))
        case "no number of answers":
            write_predictions(left, replace(good, metadata={**good.metadata, "annotations": "9" * 5000}))
        case "an image twice in the order":
            write_predictions(left, replace(good, order=np.repeat(good.order, 2)))
        case "of a version":
            write_predictions(left, replace(good, metadata={"head": "content", "annotations": "3"}))


STRANGE = (
    "nothing in it",
    "a header of all there is",
    "a folder",
    "a pipe",
    "a link",
    "a link that leads nowhere",
    "other outputs",
    "no members",
    "no number of answers",
    "an image twice in the order",
    "of a version",
)


@pytest.mark.skipif(os.name == "nt", reason="no pipes, and links only for some")
@pytest.mark.parametrize("what", STRANGE)
def test_that_a_strange_file_is_passed_over_and_goes(project, head, left, what):
    _strange(left, what)
    assert last_look(project, head) is None
    with reopened(project) as again:
        assert last_look(again, head) is None
        assert not os.path.lexists(left)


@pytest.mark.skipif(os.name == "nt", reason="links only for some")
def test_that_what_lies_behind_a_link_is_neither_read_nor_tidied(project, head, left, tmp_path):
    outside = tmp_path / "outside"
    left.parent.rename(outside)
    (outside / "letter.txt").write_text("dear")
    left.parent.symlink_to(outside)
    assert last_look(project, head) is None
    with reopened(project):
        assert sorted(file.name for file in outside.iterdir()) == ["letter.txt", "live-1.safetensors"]


def test_that_a_project_opened_for_reading_gives_it_and_tidies_nothing(project, head):
    look(project, head, "job", times=3)
    project.close()
    with Project.open(project.folder, read_only=True) as again:
        assert last_look(again, head) is not None
    assert len(written(project.folder)) == 3


def test_that_a_project_whose_heads_cannot_be_read_is_opened_without_it(project, head, left, monkeypatch):
    def damaged(_heads):
        raise ValueError("'nonsense' is not a valid HeadKind")

    monkeypatch.setattr("core.store.heads.Heads.all", damaged)
    with reopened(project) as again:
        assert written(again.folder) == []
