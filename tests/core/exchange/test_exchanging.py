"""The jobs behind imports: the worker reads, whoever holds the project takes in what was read."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from core.errors import Cancelled, UserError
from core.exchange.forms import AnswersForm
from core.jobs.channel import encode
from core.jobs.events import JobFinished
from core.jobs.exchange import ImportAnswersSpec, ImportHeadSpec
from core.jobs.run import run_job
from core.project import Project
from core.project.incoming import INCOMING
from core.values import ClassValue, HeadKind
from tests.core.exchange.places import embed
from tests.core.exchange.trees import named, pictures
from tests.core.heads.seed_network import release
from tests.core.store.projects import scanned_project

TREE = {"0_pass": range(40, 44), "1_jpeg": range(44, 46)}


@pytest.fixture
def project(tmp_path: Path):
    with scanned_project(tmp_path) as made:
        yield made


def answers_spec(project: Project, tree: Path) -> ImportAnswersSpec:
    head, _ = project.heads.add("defects", HeadKind.CLASS, ("pass", "jpeg"))
    project.add_roots([str(tree)])
    return ImportAnswersSpec("job", str(project.folder), head, AnswersForm.FOLDERS, tree.as_posix(), (0, 10))


def head_spec(project: Project, source: Path) -> ImportHeadSpec:
    return ImportHeadSpec("job", str(project.folder), str(source), "cpu")


def never() -> bool:
    return False


def test_that_answers_are_read_without_anything_being_written_and_then_taken_in_once(project, tmp_path):
    spec, events = answers_spec(project, pictures(tmp_path / "ratings", TREE)), []
    read = run_job(spec, events.append, never)
    assert project.annotations.count(spec.head.head_id) == 0
    for event in (*events, JobFinished("job", read)):
        changes = project.adopt(pickle.loads(encode(event)))
    assert len(changes.annotated) == 6
    assert named(project, spec.head)["00044.png"] == ClassValue(spec.head.labels[1].label_id)
    again = project.adopt(JobFinished("job", read))
    assert (again.annotated, again.unchanged) == (frozenset(), 6)


def test_that_a_cancelled_import_answers_nothing(project, tmp_path):
    spec = answers_spec(project, pictures(tmp_path / "ratings", TREE))
    with pytest.raises(Cancelled):
        run_job(spec, project.adopt, lambda: True)
    assert project.annotations.count(spec.head.head_id) == 0


def test_that_a_head_is_taken_in_once_however_often_it_is_told(project, tmp_path):
    embed(project)
    read = run_job(head_spec(project, release(tmp_path, "Taste", None)), lambda event: None, never)
    assert project.heads.all() == []
    first, second = (project.adopt(pickle.loads(encode(JobFinished("job", read)))) for _ in range(2))
    assert (first.versions, second.unchanged) == (True, 1)
    assert [(head.name, head.version) for head in project.heads.all()] == [("Taste", 1)]
    assert project.check() == []


def test_that_a_name_that_was_taken_meanwhile_is_refused_and_leaves_nothing_behind(project, tmp_path):
    embed(project)
    read = run_job(head_spec(project, release(tmp_path, "Taste", None)), lambda event: None, never)
    project.heads.add("Taste", HeadKind.CLASS, ("a", "b"))
    with pytest.raises(UserError, match="asks something else"):
        project.adopt(JobFinished("job", read))
    assert [head.version for head in project.heads.all()] == [None]
    assert list((project.folder / "heads" / INCOMING).iterdir()) == []


def test_that_a_head_that_is_nowhere_is_one_line(project):
    with pytest.raises(UserError, match="there is no head nowhere"):
        run_job(head_spec(project, Path("nowhere")), lambda event: None, never)
