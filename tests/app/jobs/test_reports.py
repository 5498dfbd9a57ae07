"""Reports of the worker reach the window, and a worker that dies is started again."""

from __future__ import annotations

from app.bootstrap import Shell
from app.operations import heads
from core.jobs.events import JobFailed, JobProgress, WorkerDied
from core.jobs.spec import EmbedSpec, LiveOpen
from core.values import HeadKind
from tests.app.conftest import add_head, worker_of
from tests.app.jobs.reports import running, settle, tell, training


def test_that_a_dead_worker_is_started_again_with_its_job(embedding_shell, qtbot):
    job = running(embedding_shell).job
    with qtbot.waitSignal(embedding_shell.jobs.notice) as notice:
        tell(embedding_shell, WorkerDied(job, -9), qtbot)
    assert "nothing is lost" in notice.args[0]
    again = running(embedding_shell)
    assert isinstance(again, EmbedSpec) and again.job != job


def test_that_a_job_that_kills_the_worker_twice_is_given_up(embedding_shell, qtbot):
    tell(embedding_shell, WorkerDied(running(embedding_shell).job, -9), qtbot)
    tell(embedding_shell, WorkerDied(running(embedding_shell).job, -9), qtbot)
    assert embedding_shell.jobs.state is None


def test_that_a_live_head_that_kills_the_worker_is_given_up(embedded_shell, qtbot):
    for _ in range(3):
        tell(embedded_shell, WorkerDied(None, -11), qtbot)
        settle(embedded_shell, qtbot)
    opened = [spec for spec in worker_of(embedded_shell).lived if isinstance(spec, LiveOpen)]
    tell(embedded_shell, WorkerDied(None, -11), qtbot)
    settle(embedded_shell, qtbot)
    assert [spec for spec in worker_of(embedded_shell).lived if isinstance(spec, LiveOpen)] == opened


def test_that_answers_do_not_open_a_live_head_that_was_given_up(embedded_shell, qtbot):
    answer_two(embedded_shell, qtbot)
    with qtbot.waitSignal(embedded_shell.jobs.notice, check_params_cb=lambda text: "three times" in text):
        for _ in range(3):
            tell(embedded_shell, WorkerDied(None, -11), qtbot)
            settle(embedded_shell, qtbot)
    opened = live_heads(embedded_shell)
    answer_two(embedded_shell, qtbot)
    assert live_heads(embedded_shell) == opened
    embedded_shell.jobs.train()
    tell(embedded_shell, JobFailed(training(embedded_shell, qtbot).job, "environment", "no room", ""), qtbot)
    answer_two(embedded_shell, qtbot)
    assert live_heads(embedded_shell) == opened, "nothing was trained"
    heads.use_head(embedded_shell.workspace, embedded_shell.workspace.heads[0].head_id)
    add_head(embedded_shell, HeadKind.SCORE, (), "taste")
    settle(embedded_shell, qtbot)
    assert len(live_heads(embedded_shell)) > len(opened), "another head has another chance"


def test_that_a_live_head_that_fails_is_not_opened_again_by_every_answer(embedded_shell, qtbot):
    answer_two(embedded_shell, qtbot)
    job = live_heads(embedded_shell)[-1].job
    tell(embedded_shell, JobFailed(job, "environment", "the memory of the card is full", ""), qtbot)
    opened = live_heads(embedded_shell)
    answer_two(embedded_shell, qtbot)
    assert live_heads(embedded_shell) == opened


def live_heads(shell: Shell) -> list[LiveOpen]:
    return [spec for spec in worker_of(shell).lived if isinstance(spec, LiveOpen)]


def answer_two(shell: Shell, qtbot) -> None:
    """And what that sets off."""
    for key in ("answer_1", "answer_2"):
        shell.commands.perform(key)
    shell.jobs._follow_up()
    settle(shell, qtbot)


def test_that_reports_of_a_project_that_was_left_are_ignored(embedding_shell, qtbot):
    job = running(embedding_shell).job
    embedding_shell.jobs.leave_project()
    tell(embedding_shell, JobProgress(job, "embedding", 5, 12), qtbot)
    assert embedding_shell.jobs.state is None
    assert worker_of(embedding_shell).cancelled == [job]


def test_that_events_reach_the_window_on_its_own_thread(embedding_shell, qtbot):
    from PySide6.QtCore import QThread

    threads = []
    embedding_shell.jobs.state_changed.connect(lambda: threads.append(QThread.currentThread()))
    tell(embedding_shell, JobProgress(running(embedding_shell).job, "embedding", 1, 12), qtbot)
    assert threads == [embedding_shell.application.thread()]


def test_that_five_thousand_reports_in_a_row_arrive(embedding_shell, qtbot):
    # PySide6 6.12 on Python 3.11 aborts after some 570 emits: a reference to True is lost at each.
    job = running(embedding_shell).job
    worker = worker_of(embedding_shell)
    for number in range(5_000):
        worker.on_event(JobProgress(job, "embedding", number + 1, 5_000))
    qtbot.waitUntil(lambda: embedding_shell.jobs.state.done == 5_000, timeout=20_000)


def test_that_five_thousand_emits_of_a_truth_value_lose_nothing(class_shell):
    bar = class_shell.window.head_bar
    bar.auto_retrain_toggled.disconnect()
    seen = []
    bar.auto_retrain_toggled.connect(seen.append)
    for _ in range(5_000):
        bar.auto_retrain_toggled.emit(True)
    assert len(seen) == 5_000
