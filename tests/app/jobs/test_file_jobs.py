"""Work on files outside the project beside the project's own: what gives way to what."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from app.jobs.state import Errand
from core.errors import UserError
from core.jobs.events import JobCancelled, JobFailed, JobFinished, ShardWritten, WorkerDied
from core.jobs.file_results import PutBackResult
from core.jobs.file_specs import PutBackSpec, ScoreSpec
from core.jobs.spec import EmbedSpec, ScanSpec
from tests.app.conftest import worker_of
from tests.app.jobs.reports import SIGNATURE, answer, embed, running, tell, training

SCORE = ScoreSpec("", ("any",), recursive=True, models=("head",), device="cpu")
BACK = PutBackSpec("", "table.csv")


@pytest.fixture
def outcomes(class_shell):
    heard = []
    class_shell.jobs.files.ended.connect(lambda spec, outcome: heard.append(outcome))
    return heard


def begin(shell, spec, qtbot):
    """With embedding out of the way."""
    before = running(shell).job
    shell.jobs.work_on_files(spec)
    tell(shell, JobCancelled(before), qtbot)
    return running(shell)


def test_that_embedding_gives_way_to_files_and_goes_on_afterwards(embedding_shell, outcomes, qtbot):
    spec = begin(embedding_shell, BACK, qtbot)
    assert isinstance(spec, PutBackSpec) and spec.job
    tell(embedding_shell, JobFinished(spec.job, PutBackResult(2, ())), qtbot)
    assert outcomes == [PutBackResult(2, ())]
    assert isinstance(running(embedding_shell), EmbedSpec)


def test_that_a_retrain_pauses_scoring_which_then_goes_on(embedding_shell, outcomes, qtbot):
    embed(embedding_shell)
    tell(embedding_shell, ShardWritten(running(embedding_shell).job, SIGNATURE, 12), qtbot)
    scoring = begin(embedding_shell, SCORE, qtbot)
    answer(embedding_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    embedding_shell.jobs.train()
    assert worker_of(embedding_shell).cancelled[-1] == scoring.job
    tell(embedding_shell, JobCancelled(scoring.job), qtbot)
    tell(embedding_shell, JobCancelled(training(embedding_shell, qtbot).job), qtbot)
    assert isinstance(running(embedding_shell), ScoreSpec) and outcomes == []


def test_that_files_that_are_being_moved_are_not_interrupted(embedding_shell, qtbot):
    spec = begin(embedding_shell, BACK, qtbot)
    embedding_shell.jobs.scan()
    assert spec.job not in worker_of(embedding_shell).cancelled
    tell(embedding_shell, JobFinished(spec.job, PutBackResult(2, ())), qtbot)
    assert isinstance(running(embedding_shell), ScanSpec)


def test_that_only_one_order_about_files_is_taken_at_a_time(embedding_shell, qtbot):
    begin(embedding_shell, SCORE, qtbot)
    with pytest.raises(UserError, match="already"):
        embedding_shell.jobs.work_on_files(BACK)


def test_that_cancelled_files_are_told_and_another_order_may_follow(embedding_shell, outcomes, qtbot):
    spec = begin(embedding_shell, SCORE, qtbot)
    embedding_shell.jobs.cancel_files()
    tell(embedding_shell, JobCancelled(spec.job), qtbot)
    assert outcomes == [None]
    embedding_shell.jobs.work_on_files(BACK)


def test_that_work_that_fails_is_told(embedding_shell, outcomes, qtbot):
    spec = begin(embedding_shell, SCORE, qtbot)
    failed = JobFailed(spec.job, "user", "there is no head")
    tell(embedding_shell, failed, qtbot)
    assert outcomes == [failed]


def test_that_a_dead_worker_scores_on_but_never_moves_twice(embedding_shell, outcomes, qtbot):
    scoring = begin(embedding_shell, SCORE, qtbot)
    tell(embedding_shell, WorkerDied(scoring.job, -9), qtbot)
    assert isinstance(running(embedding_shell), ScoreSpec)
    embedding_shell.jobs.cancel_files()
    tell(embedding_shell, JobCancelled(running(embedding_shell).job), qtbot)
    back = begin(embedding_shell, BACK, qtbot)
    tell(embedding_shell, WorkerDied(back.job, -9), qtbot)
    assert outcomes == [None, None]


def test_that_scoring_outlives_the_project_it_was_begun_in(embedding_shell, outcomes, qtbot):
    spec = begin(embedding_shell, SCORE, qtbot)
    embedding_shell.jobs.leave_project()
    assert embedding_shell.jobs.state.errand is Errand.FILES
    tell(embedding_shell, JobCancelled(spec.job), qtbot)
