"""An import that was under way is told when the project is left."""

from __future__ import annotations

from core.jobs.events import JobCancelled, WorkerDied
from tests.app.jobs.reports import begin_import, tell


def leave(shell) -> list[str]:
    """What is said when the project is left."""
    said = []
    shell.jobs.notice.connect(said.append)
    shell.jobs.leave_project()
    return said


def test_that_an_import_that_was_cancelled_is_not_said_to_be_stopped_with_the_project(embedded_shell, qtbot):
    job = begin_import(embedded_shell)
    embedded_shell.jobs.cancel()
    tell(embedded_shell, JobCancelled(job), qtbot)
    assert leave(embedded_shell) == []


def test_that_an_import_that_was_given_up_is_not_said_to_be_stopped_with_the_project(embedded_shell, qtbot):
    job = begin_import(embedded_shell)
    for _ in range(2):
        tell(embedded_shell, WorkerDied(job, -11), qtbot)
    assert embedded_shell.jobs.state is None
    assert leave(embedded_shell) == []


def test_that_an_import_under_way_is_told_when_the_project_is_left(embedded_shell, qtbot):
    begin_import(embedded_shell)
    assert "Importing was stopped" in leave(embedded_shell)[0]
