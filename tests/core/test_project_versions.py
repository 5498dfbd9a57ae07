"""Adopting trained versions: one rename, one row, and the old version in force until then."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import EnvironmentProblem, UserError
from core.jobs.events import JobCancelled, JobFinished, JobStarted, ScanResult
from core.project import Project
from core.store import annotations as reading
from core.values import ClassValue, Head, HeadKind, ImageId, Label, ScoreValue
from tests.core.store.projects import class_head, embed_all, invented_project, make_version, trained

EVERY_LINE = int(os.environ.get("WINNOW_KILLS", "25")) >= 200


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Four embedded images, three of them annotated under the head `content`."""
    with invented_project(tmp_path) as made:
        head = class_head(made)
        embed_all(made)
        made.annotations.annotate(
            head.head_id, {ImageId(n + 1): ClassValue(label.label_id) for n, label in enumerate(head.labels)}
        )
        yield made


@pytest.fixture
def head(project: Project) -> Head:
    return project.heads.get("content")


def test_that_an_adopted_version_is_in_force_and_in_its_folder(project, head):
    changes = project.adopt(JobFinished("train", trained(project.training_spec("train", head, "cpu"))))
    assert (changes.versions, changes.head) == (True, head.head_id)
    version = project.versions.in_force(head.head_id)
    assert (version.number, version.folder, version.annotations) == (1, "heads/content/v1", 3)
    assert version.metrics.per_label == {"cat": {"n": 2.0}}
    assert project.heads.get("content").version == 1
    assert [entry.name for entry in (project.folder / "heads" / "content").iterdir()] == ["v1"]


def test_that_the_next_version_has_the_next_number_and_takes_over(project, head):
    make_version(project, head)
    assert project.training_spec("train", head, "cpu").number == 2
    make_version(project, head)
    assert project.heads.get("content").version == 2
    assert [version.number for version in project.versions.of(head.head_id)] == [1, 2]


def test_that_adopting_a_result_twice_changes_nothing(project, head):
    event = JobFinished("train", trained(project.training_spec("train", head, "cpu")))
    project.adopt(event)
    assert not project.adopt(event)
    assert len(project.versions.of(head.head_id)) == 1


def test_that_an_older_version_can_be_put_in_force_again(project, head):
    make_version(project, head)
    make_version(project, head)
    assert project.versions.use(head.head_id, 1).versions
    assert project.heads.get("content").version == 1
    assert not project.versions.use(head.head_id, 1)
    assert project.versions.next_number(head.head_id) == 3


def test_that_the_version_before_is_the_newest_older_one(project, head):
    make_version(project, head)
    with pytest.raises(UserError, match="no version before v1"):
        project.versions.before(head.head_id, 1)
    make_version(project, head)
    assert project.versions.before(head.head_id, 2).number == 1


def test_that_notes_on_versions_are_kept_and_the_newest_counts(project, head):
    make_version(project, head)
    make_version(project, head)
    assert project.versions.annotate(head.head_id, 1, "  fewer cats ").heads
    assert project.versions.annotate(head.head_id, 1, "fewer cats").unchanged == 1
    project.versions.use(head.head_id, 1)
    assert [version.note for version in project.versions.of(head.head_id)] == ["fewer cats", ""]
    assert project.versions.in_force(head.head_id).note == "fewer cats"
    project.versions.annotate(head.head_id, 1, "")
    assert project.versions.get(head.head_id, 1).note == ""
    with pytest.raises(UserError, match="2,001 characters"):
        project.versions.annotate(head.head_id, 1, "x" * 2001)


def test_that_a_version_that_is_not_there_cannot_be_used(project, head):
    make_version(project, head)
    with pytest.raises(UserError, match="content has no version 7; it has v1"):
        project.versions.use(head.head_id, 7)


def test_that_a_result_whose_folder_is_gone_is_refused(project, head):
    result = trained(project.training_spec("train", head, "cpu"))
    shutil.rmtree(result.folder)
    with pytest.raises(EnvironmentProblem, match="train again"):
        project.adopt(JobFinished("train", result))
    assert project.versions.of(head.head_id) == []


def test_that_a_result_for_a_removed_head_is_refused(project, head):
    result = trained(project.training_spec("train", head, "cpu"))
    project.heads.remove(head.head_id)
    with pytest.raises(UserError, match="removed"):
        project.adopt(JobFinished("train", result))


def test_that_what_an_interrupted_adoption_left_gives_way(project, head):
    leftover = project.folder / "heads" / "content" / "v1"
    leftover.mkdir(parents=True)
    (leftover / "half").touch()
    make_version(project, head)
    assert (leftover / "predictions.safetensors").is_file()
    assert not (leftover / "half").exists()


def test_that_events_without_data_change_nothing(project):
    for event in (JobStarted("j", "x"), JobCancelled("j"), JobFinished("j", ScanResult(1, 0, 0, 0))):
        assert not project.adopt(event)


@pytest.fixture(params=[0, 5_000])
def few_rows(request, monkeypatch) -> int:
    """From so many rows on, all answers are gone through instead of the log since the version."""
    monkeypatch.setattr(reading, "_FEW_ROWS", request.param)
    return request.param


@pytest.mark.usefixtures("few_rows")
def test_that_annotations_since_the_newest_version_are_counted(project, head):
    assert project.annotations.since_version(head.head_id) == 3
    make_version(project, head)
    assert project.annotations.since_version(head.head_id) == 0
    project.annotations.annotate(head.head_id, {ImageId(4): ClassValue(head.labels[0].label_id)})
    project.annotations.annotate(head.head_id, {ImageId(1): ClassValue(head.labels[1].label_id)})
    assert project.annotations.since_version(head.head_id) == 2
    project.annotations.undo(2)
    assert project.annotations.since_version(head.head_id) == 0


@pytest.mark.usefixtures("few_rows")
def test_that_answers_taken_back_since_the_newest_version_are_counted(project, head):
    annotations = project.annotations
    annotations.annotate(head.head_id, {ImageId(1): ClassValue(head.labels[1].label_id)})
    make_version(project, head)
    annotations.undo()
    assert annotations.since_version(head.head_id) == 1  # the answer before it stands again, which was not learned
    annotations.redo()
    assert annotations.since_version(head.head_id) == 0
    annotations.undo()
    annotations.annotate(head.head_id, {ImageId(1): ClassValue(head.labels[0].label_id)})
    assert annotations.since_version(head.head_id) == 1
    make_version(project, head)
    assert annotations.since_version(head.head_id) == 0


def test_that_there_are_no_predictions_before_the_first_training(project, head):
    assert project.predictions(head) is None


def test_that_predictions_are_those_of_the_version_asked_for(project, head):
    make_version(project, head)
    assert len(project.predictions(project.heads.get("content"))) == 3
    assert len(project.predictions(head, 1)) == 3
    with pytest.raises(UserError, match="no version 2"):
        project.predictions(head, 2)


def test_that_predictions_follow_labels_that_were_moved_removed_and_added(project, head):
    make_version(project, head)
    cat, _, bird = head.labels
    edited, _ = project.heads.edit(head.head_id, labels=[bird, "fish", Label(cat.label_id, "kitten")])
    assert project.predictions(edited).probabilities[0].tolist() == [0.375, 0.0, 0.125]
    assert project.predictions(edited).members.shape == (3, 8, 3)


def test_that_predictions_know_the_labels_of_the_training_when_those_changed_meanwhile(project, head):
    result = trained(project.training_spec("train", head, "cpu"))
    edited, _ = project.heads.edit(head.head_id, labels=tuple(reversed(head.labels)))
    project.adopt(JobFinished("train", result))
    now = project.heads.by_id(edited.head_id)
    assert project.predictions(now).probabilities[0].tolist() == [0.375, 0.25, 0.125]


def test_that_predictions_of_an_unedited_head_are_views_on_the_file(project, head):
    make_version(project, head)
    assert not project.predictions(project.heads.get("content")).probabilities.flags.owndata


def test_that_a_score_head_has_versions_too(project):
    taste, _ = project.heads.add("taste", HeadKind.SCORE)
    project.annotations.annotate(taste.head_id, {ImageId(1): ScoreValue(2), ImageId(2): ScoreValue(9.5)})
    make_version(project, taste)
    assert project.predictions(project.heads.get("taste")).probabilities.shape == (2, 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 and fork are POSIX")
def test_that_a_kill_at_any_line_of_an_adoption_leaves_a_version_in_force(project, head, tmp_path):
    make_version(project, head)
    project.close()
    lines = adopt_killed_at(None, copy(tmp_path))
    assert lines > 50
    for line in range(1, lines, 1 if EVERY_LINE else 14):
        folder = copy(tmp_path)
        adopt_killed_at(line, folder)
        with Project.open(folder, read_only=True) as reader:
            now = reader.heads.get("content")
            assert now.version in (1, 2)
            assert len(reader.predictions(now)) == 3
        with Project.open(folder) as again:
            make_version(again, head)
            again.check(repair=True)
            assert again.check() == []


def copy(tmp_path: Path) -> Path:
    shutil.rmtree(tmp_path / "copy", ignore_errors=True)
    shutil.copytree(tmp_path / "project", tmp_path / "copy")
    return tmp_path / "copy"


def adopt_killed_at(line: int | None, folder: Path) -> int:
    """Train and adopt in a child that dies by SIGKILL before the given line of our own code; returns the lines run."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writing, str(count_lines_of_adoption(line, folder)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as told:
        text = told.read()
    assert (line is None) == (status == 0)
    return int(text or 0)


def count_lines_of_adoption(line: int | None, folder: Path) -> int:
    project = Project.open(folder)
    event = JobFinished("train", trained(project.training_spec("train", project.heads.get("content"), "cpu")))
    done = 0

    def trace(frame, what, _):
        nonlocal done
        if "/core/" not in frame.f_code.co_filename:
            return None
        if what == "line":
            done += 1
            if done == line:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    project.adopt(event)
    sys.settrace(None)
    return done
