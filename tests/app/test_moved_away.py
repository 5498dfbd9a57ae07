"""A project that is moved while its window is open goes on, and is opened where it lies now."""

from __future__ import annotations

import shutil

from app.bootstrap import Shell
from core.jobs.events import JobFailed
from core.values import ClassValue, ImageId
from tests.app.conftest import worker_of
from tests.app.jobs.reports import tell
from tests.core.store.projects import embed_all, make_version

GONE = "the folder is not there any more"


def test_that_a_failure_of_a_project_that_was_moved_offers_to_open_it(class_shell: Shell, qtbot, tmp_path) -> None:
    (tmp_path / "project").rename(tmp_path / "moved")
    tell(class_shell, JobFailed(worker_of(class_shell).submitted[-1].job, "environment", GONE), qtbot)
    bar = class_shell.window.job_bar
    assert (bar._notice.text, bar._notice_act, bar._answer.text()) == (GONE, "open_project", "Open a project…")


def test_that_a_moved_project_is_opened_at_its_new_place_with_its_answers(class_shell: Shell, tmp_path) -> None:
    before = class_shell.workspace.project
    for _ in range(2):
        class_shell.commands.perform("answer_1")
    (tmp_path / "project").rename(tmp_path / "moved")
    class_shell.commands.perform("answer_2")
    class_shell.open(tmp_path / "moved")
    project, head = class_shell.workspace.project, class_shell.workspace.head
    assert project is not None and head is not None and project is not before
    assert (project.folder, project.annotations.count(head.head_id)) == (tmp_path / "moved", 3)
    assert not (tmp_path / "project").exists()


def test_that_a_version_in_force_without_its_folder_is_told_when_the_project_is_opened(
    class_shell: Shell, open_shell, tmp_path, qtbot
) -> None:
    project, head = class_shell.workspace.opened()
    embed_all(project)
    values = {ImageId(one): ClassValue(head.labels[one % 2].label_id) for one in (1, 2, 3, 4)}
    project.annotations.annotate(head.head_id, values)
    make_version(project, head)
    class_shell.close()
    shutil.rmtree(tmp_path / "project" / "heads" / "question" / "v1")
    shell = open_shell(tmp_path / "project")
    told = shell.window.job_bar._notice.text
    assert told.startswith(
        "question v1 is in force, but its folder heads/question/v1 is not there; a check of the project "
    )
