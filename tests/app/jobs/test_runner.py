"""The runner decides what the worker does, and takes in what it reports."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.bootstrap import Shell
from app.jobs.state import Errand
from core.jobs.events import FilesScanned, JobCancelled, JobFailed, JobProgress, JobStarted
from core.jobs.spec import ScanSpec
from tests.app.conftest import worker_of
from tests.app.jobs.reports import answer, finish_scan, full_disk, running, tell


def test_that_an_opened_project_is_looked_through_first(shell):
    assert [type(spec) for spec in worker_of(shell).submitted] == [ScanSpec]


def test_that_embedding_follows_the_scan_and_begins_with_what_is_asked_next(embedding_shell):
    spec = running(embedding_shell)
    current = embedding_shell.workspace.project.images.get([embedding_shell.workspace.queue.current])[0]
    assert spec.first is not None
    assert spec.first[0].tobytes().hex() == current.content_hash


def said_to_run(shell: Shell) -> bool:
    return shell.window.job_bar._progress.isVisible()


def test_that_a_scan_by_itself_is_told_only_once_it_has_found_something(class_shell, qtbot):
    job = running(class_shell).job
    for quiet in (JobStarted(job, "scanning"), JobProgress(job, "listing", 12, 12), JobProgress(job, "scanning", 0, 0)):
        tell(class_shell, quiet, qtbot)
        assert not said_to_run(class_shell)
    tell(class_shell, JobProgress(job, "scanning", 0, 3), qtbot)
    assert said_to_run(class_shell)


def test_that_a_scan_that_was_asked_for_is_told_from_the_start(class_shell, qtbot):
    finish_scan(class_shell, qtbot)
    class_shell.commands.perform("rescan")
    tell(class_shell, JobCancelled(running(class_shell).job), qtbot)
    assert isinstance(running(class_shell), ScanSpec)
    assert said_to_run(class_shell)


def test_that_embedding_is_told_only_once_there_is_something_to_embed(embedding_shell, qtbot):
    assert not said_to_run(embedding_shell)
    tell(embedding_shell, JobProgress(running(embedding_shell).job, "loading signal", 0, None), qtbot)
    assert said_to_run(embedding_shell)


def test_that_answers_can_be_given_while_a_job_runs(embedding_shell, qtbot):
    job = running(embedding_shell).job
    tell(embedding_shell, JobStarted(job, "embed", "cpu"), qtbot)
    answer(embedding_shell, Qt.Key.Key_1)
    tell(embedding_shell, JobProgress(job, "embedding", 5, 12, 2.5, 3.0), qtbot)
    answer(embedding_shell, Qt.Key.Key_2)
    assert len(embedding_shell.workspace.board.answers) == 2
    assert embedding_shell.jobs.state.done == 5


def test_that_progress_is_shown_with_its_device(embedding_shell, qtbot):
    job = running(embedding_shell).job
    tell(embedding_shell, JobStarted(job, "embed", "cuda:0 (NVIDIA H200)"), qtbot)
    tell(embedding_shell, JobProgress(job, "embedding", 5, 12, 2.5, 3.0), qtbot)
    state = embedding_shell.jobs.state
    assert (state.done, state.total, state.rate, state.device) == (5, 12, 2.5, "cuda:0 (NVIDIA H200)")


def test_that_a_cancelled_job_is_not_started_again(embedding_shell, qtbot):
    job = running(embedding_shell).job
    embedding_shell.jobs.cancel()
    assert embedding_shell.jobs.state.cancelling
    tell(embedding_shell, JobCancelled(job), qtbot)
    assert embedding_shell.jobs.state is None


def test_that_a_scan_ends_where_its_files_cannot_be_taken_in(class_shell, qtbot, monkeypatch):
    job = running(class_shell).job
    monkeypatch.setattr(class_shell.workspace.project, "adopt", full_disk)
    failures = []
    class_shell.jobs.failed.connect(lambda failure, errand: failures.append((failure.owner, errand)))
    for _ in range(2):
        tell(class_shell, FilesScanned(job), qtbot)
    assert worker_of(class_shell).cancelled == [job]
    assert failures == [("environment", None)]


def test_that_the_built_in_encoder_is_not_said_to_miss_a_gpu(embedding_shell, qtbot):
    notices = []
    embedding_shell.jobs.notice.connect(notices.append)
    job = running(embedding_shell).job
    tell(embedding_shell, JobStarted(job, "embed", "cpu"), qtbot)
    tell(embedding_shell, JobProgress(job, "embedding", 1, 12, 0.01, 1_000.0), qtbot)
    assert notices == []


def test_that_an_encoder_that_cannot_be_had_offers_to_choose_another(embedding_shell, qtbot):
    with qtbot.waitSignal(embedding_shell.desk.notice) as notice:
        tell(embedding_shell, JobFailed(running(embedding_shell).job, "environment", "no weights", ""), qtbot)
    assert notice.args == ["no weights", "edit_head", "Choose another encoder…"]


def test_that_new_images_are_embedded_after_a_scan_during_embedding(embedding_shell, qtbot):
    embedding_shell.jobs.scan()
    tell(embedding_shell, JobCancelled(running(embedding_shell).job), qtbot)
    assert embedding_shell.jobs.state.errand is Errand.SCAN
    finish_scan(embedding_shell, qtbot)
    assert embedding_shell.jobs.state.errand is Errand.EMBED
