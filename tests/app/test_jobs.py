"""The runner decides what the worker does, and takes in what it reports."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.bootstrap import Shell
from app.jobs.exchanges import Exchange
from app.jobs.state import Errand, live_text
from app.operations import answering
from core.arrays.predictions import Predictions, write_predictions
from core.changes import Changes
from core.errors import EnvironmentProblem, UserError
from core.exchange.forms import AnswersForm
from core.jobs.events import (
    EmbedResult,
    FilesScanned,
    JobCancelled,
    JobFailed,
    JobFinished,
    JobProgress,
    JobStarted,
    KinFound,
    LiveUpdated,
    ScanResult,
    ShardWritten,
    TrainResult,
    WorkerDied,
)
from core.jobs.exchange import ImportAnswersSpec
from core.jobs.spec import EmbedSpec, LiveChange, LiveClose, LiveOpen, ScanSpec, TrainSpec
from core.pairs import Comparison, Outcome, best_of
from core.project import Project
from core.values import EncoderSignature, HeadKind, ImageId, Metrics
from tests.app.conftest import add_head, worker_of

SIGNATURE = EncoderSignature("signal", "signal", "1", "{}", 4)


def tell(shell: Shell, event, qtbot) -> None:
    """Reports an event and waits until the window has taken it in."""
    taken = []
    shell.jobs.arrived.connect(taken.append, Qt.ConnectionType.QueuedConnection)
    worker_of(shell).tell(event)
    qtbot.waitUntil(lambda: event in taken)


def running(shell: Shell):
    assert shell.jobs.state is not None
    return worker_of(shell).submitted[-1]


def finish_scan(shell: Shell, qtbot) -> None:
    tell(shell, JobFinished(running(shell).job, ScanResult(12, 0, 0, 0)), qtbot)


def embed(shell: Shell) -> None:
    """Vectors for every image, on disk."""
    project = shell.workspace.project
    writer = project.embeddings(SIGNATURE).writer(SIGNATURE)
    hashes = project.images.all().hashes
    writer.add(hashes, np.random.default_rng(0).normal(size=(len(hashes), 4)).astype(np.float16))
    writer.flush()


@pytest.fixture
def embedding_shell(class_shell, qtbot):
    """The scan is over, embedding runs."""
    finish_scan(class_shell, qtbot)
    assert isinstance(running(class_shell), EmbedSpec)
    return class_shell


@pytest.fixture
def embedded_shell(embedding_shell, qtbot):
    embed(embedding_shell)
    result = EmbedResult(SIGNATURE, 12, 0, 0, 10.0, "cpu")
    tell(embedding_shell, JobFinished(running(embedding_shell).job, result), qtbot)
    return embedding_shell


def answer(shell: Shell, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(shell.window, key)


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


def test_that_a_retrain_pauses_embedding_which_then_goes_on(embedding_shell, qtbot):
    embed(embedding_shell)
    job = running(embedding_shell).job
    tell(embedding_shell, ShardWritten(job, SIGNATURE, 12), qtbot)
    answer(embedding_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    embedding_shell.jobs.train()
    assert worker_of(embedding_shell).cancelled == [job]
    tell(embedding_shell, JobCancelled(job), qtbot)
    training = running(embedding_shell)
    assert isinstance(training, TrainSpec)
    assert len(training.annotated) == 2
    tell(embedding_shell, JobCancelled(training.job), qtbot)
    assert isinstance(running(embedding_shell), EmbedSpec)


def test_that_a_notice_of_a_training_goes_when_the_training_ends(embedded_shell, qtbot):
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    bar = embedded_shell.window.job_bar
    for _ in range(2):
        embedded_shell.commands.perform("retrain")
    assert "trained already" in bar._notice.text and not bar._notice.isHidden()
    tell(embedded_shell, JobCancelled(running(embedded_shell).job), qtbot)
    assert bar._notice.isHidden()


def test_that_a_cancelled_job_is_not_started_again(embedding_shell, qtbot):
    job = running(embedding_shell).job
    embedding_shell.jobs.cancel()
    assert embedding_shell.jobs.state.cancelling
    tell(embedding_shell, JobCancelled(job), qtbot)
    assert embedding_shell.jobs.state is None


def full_disk(event):
    raise EnvironmentProblem("the disk is full")


def test_that_a_version_that_cannot_be_taken_in_leaves_the_next_retrain_free(embedded_shell, qtbot, monkeypatch):
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    embedded_shell.jobs.train()
    spec = running(embedded_shell)
    monkeypatch.setattr(embedded_shell.workspace.project, "adopt", full_disk)
    result = TrainResult(spec.output, 1, spec.head.head_id, 2, 2, Metrics(2, "audit"), 1.0, "cpu", 0)
    with qtbot.waitSignal(embedded_shell.desk.notice) as notice:
        tell(embedded_shell, JobFinished(spec.job, result), qtbot)
    assert "the disk is full" in notice.args[0]
    assert not embedded_shell.jobs.training
    embedded_shell.jobs.train()


def test_that_a_scan_ends_where_its_files_cannot_be_taken_in(class_shell, qtbot, monkeypatch):
    job = running(class_shell).job
    monkeypatch.setattr(class_shell.workspace.project, "adopt", full_disk)
    failures = []
    class_shell.jobs.failed.connect(lambda failure, errand: failures.append((failure.owner, errand)))
    for _ in range(2):
        tell(class_shell, FilesScanned(job), qtbot)
    assert worker_of(class_shell).cancelled == [job]
    assert failures == [("environment", None)]


def test_that_the_head_on_screen_when_retrain_was_asked_for_is_the_one_trained(embedded_shell, qtbot):
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    embedded_shell.jobs.scan()
    asked = embedded_shell.workspace.head.head_id
    embedded_shell.jobs.train()
    add_head(embedded_shell, HeadKind.SCORE, (), name="quality")
    assert embedded_shell.workspace.head.head_id != asked
    finish_scan(embedded_shell, qtbot)
    assert isinstance(running(embedded_shell), TrainSpec)
    assert running(embedded_shell).head.head_id == asked


def test_that_a_retrain_looks_over_the_pool_once(embedded_shell, qtbot, monkeypatch):
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    built = []
    whole = Project.training_spec
    monkeypatch.setattr(Project, "training_spec", lambda *what, **more: built.append(what) or whole(*what, **more))
    embedded_shell.jobs.train()
    assert isinstance(running(embedded_shell), TrainSpec)
    assert len(built) == 1


def begin_import(shell) -> str:
    head = shell.workspace.head
    spec = ImportAnswersSpec("import-1", str(shell.workspace.project.folder), head, AnswersForm.CSV, "a.csv", (0, 10))
    shell.jobs.exchanges.add(Exchange("Importing", spec, lambda event: None, lambda event: None))
    assert running(shell) is spec
    return spec.job


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


def test_that_the_built_in_encoder_is_not_said_to_miss_a_gpu(embedding_shell, qtbot):
    notices = []
    embedding_shell.jobs.notice.connect(notices.append)
    job = running(embedding_shell).job
    tell(embedding_shell, JobStarted(job, "embed", "cpu"), qtbot)
    tell(embedding_shell, JobProgress(job, "embedding", 1, 12, 0.01, 1_000.0), qtbot)
    assert notices == []


def test_that_too_few_answers_are_named_before_anything_runs(embedded_shell):
    answer(embedded_shell, Qt.Key.Key_1)
    with pytest.raises(UserError, match="at least two labels"):
        embedded_shell.jobs.train()


def test_that_the_button_tells_of_a_retrain_however_it_began(embedded_shell, qtbot):
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    qtbot.wait(80)
    embedded_shell.jobs.train()
    button = embedded_shell.window.head_bar._retrain
    qtbot.waitUntil(lambda: button.text().strip() == "Training…" and not button.isEnabled())


def test_that_a_retrain_comes_by_itself_after_enough_answers(embedded_shell, qtbot):
    embedded_shell.presenter.change(retrain_after=4)
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_1)
    qtbot.wait(80)
    assert not embedded_shell.jobs.training
    answer(embedded_shell, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: embedded_shell.jobs.training)


def test_that_pairs_alone_count_on_the_retrain_button_and_bring_a_retrain(embedded_shell, qtbot):
    add_head(embedded_shell, HeadKind.SCORE, (), "taste")
    embedded_shell.presenter.change(retrain_after=2)
    workspace, bar = embedded_shell.workspace, embedded_shell.window.head_bar
    one, two, three = (ImageId(number) for number in (1, 2, 3))
    head = workspace.head.head_id
    workspace.announce(workspace.project.pairs.judge(head, best_of((one, two, three), one)))
    qtbot.waitUntil(lambda: bar._state.new_annotations == 1)
    assert bar._state.can_retrain
    assert not embedded_shell.jobs.training
    workspace.announce(workspace.project.pairs.judge(head, [Comparison(two, three, Outcome.LEFT)]))
    qtbot.waitUntil(lambda: embedded_shell.jobs.training)


def test_that_answers_given_during_a_retrain_bring_the_next_one(embedded_shell, qtbot, monkeypatch):
    embedded_shell.presenter.change(retrain_after=2)
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: embedded_shell.jobs.training)
    first = running(embedded_shell)
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    monkeypatch.setattr(type(embedded_shell.workspace.project), "adopt", lambda project, event: Changes(versions=True))
    result = TrainResult(first.output, 1, first.head.head_id, 2, 2, Metrics(2, "audit"), 1.0, "cpu", 0)
    tell(embedded_shell, JobFinished(first.job, result), qtbot)
    qtbot.waitUntil(lambda: embedded_shell.jobs.training)
    assert running(embedded_shell).job != first.job


def test_that_no_retrain_comes_by_itself_when_that_is_off(embedded_shell, qtbot):
    embedded_shell.presenter.change(retrain_after=2, auto_retrain=False)
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_1)
    qtbot.wait(80)
    assert not embedded_shell.jobs.training


def told(shell) -> list[LiveChange]:
    """Changes that the live head was sent, without those that only make it look for new vectors."""
    changes = [spec for spec in worker_of(shell).lived if isinstance(spec, LiveChange)]
    return [change for change in changes if len(change.changed)]


def test_that_the_live_head_is_told_of_each_answer(embedded_shell, qtbot):
    answer(embedded_shell, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: len(told(embedded_shell)) == 1)
    assert told(embedded_shell)[0].changed.targets.tolist() == [[1.0, 0.0, 0.0]]


def test_that_the_live_head_is_told_what_was_taken_back(embedded_shell, qtbot):
    answer(embedded_shell, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: len(told(embedded_shell)) == 1)
    answer(embedded_shell, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: len(told(embedded_shell)) == 2)
    assert np.isnan(told(embedded_shell)[1].changed.targets).all()


def test_that_the_live_head_is_told_which_answered_images_belong_together(embedded_shell, qtbot):
    workspace = embedded_shell.workspace
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: sum(len(change.changed) for change in told(embedded_shell)) == 2)
    answered = sorted(workspace.board.answers)
    workspace.queue.show(answered[1])
    answering.nudge(workspace, -1)
    nudged, before = workspace.proposal, len(told(embedded_shell))
    first, second = (file.content_hash for file in workspace.project.images.get(answered))
    workspace.announce(workspace.project.adopt(KinFound("scan", ((first, second),))))
    qtbot.waitUntil(lambda: len(told(embedded_shell)) > before)
    assert told(embedded_shell)[-1].changed.groups.tolist() == [answered[0]]
    assert workspace.proposal == nudged
    assert workspace.project.annotations.since_version(workspace.head.head_id) == 2


def test_that_the_live_head_looks_for_new_vectors_without_being_opened_anew(embedded_shell, qtbot):
    opened = [spec for spec in worker_of(embedded_shell).lived if isinstance(spec, LiveOpen)]
    embedded_shell.jobs._live.embedding_done(embedded=3)
    last = worker_of(embedded_shell).lived[-1]
    assert isinstance(last, LiveChange) and len(last.changed) == 0
    assert [spec for spec in worker_of(embedded_shell).lived if isinstance(spec, LiveOpen)] == opened


def test_that_another_head_gets_a_live_head_of_its_own(embedded_shell):
    before = worker_of(embedded_shell).lived[-1]
    add_head(embedded_shell, HeadKind.SCORE, (), name="quality")
    close, opened = worker_of(embedded_shell).lived[-2:]
    assert close == LiveClose(before.job)
    assert isinstance(opened, LiveOpen) and opened.head.name == "quality"


def test_that_what_the_ranking_of_one_head_follows_is_not_said_under_another(embedded_shell, qtbot, tmp_path):
    answer(embedded_shell, Qt.Key.Key_1)
    tell(embedded_shell, LiveUpdated(embedded_shell.jobs._live.job, str(tmp_path / "none"), 7, 0.2, ""), qtbot)
    assert embedded_shell.jobs.live_text.startswith("ranking follows 7 answers")
    add_head(embedded_shell, HeadKind.CLASS, ("warm", "cold"), "colour")
    assert embedded_shell.jobs.live_text == ""


def test_that_a_live_ranking_of_another_head_is_ignored(embedded_shell, qtbot, tmp_path):
    tell(embedded_shell, LiveUpdated("old", str(tmp_path / "gone"), 3, 0.1), qtbot)
    assert embedded_shell.workspace.ranking is None


def test_that_a_ranking_by_the_labels_text_is_marked_as_such(embedded_shell, qtbot, tmp_path):
    shell = embedded_shell
    hashes = shell.workspace.pool.hashes
    outputs = shell.workspace.head.outputs
    said = np.tile(np.linspace(0.2, 0.6, outputs, dtype=np.float16), (len(hashes), 1))
    order = np.arange(len(hashes))
    file = tmp_path / "live-1.safetensors"
    metadata = {"source": "text"}
    write_predictions(file, Predictions(hashes, said, said[:, None], np.ones(len(hashes), np.float32), order, metadata))
    remark = "from the labels' text, no answers yet"
    tell(shell, LiveUpdated(shell.jobs._live.job, str(file), 0, 0.1, remark), qtbot)
    qtbot.waitUntil(lambda: shell.workspace.ranking is not None)
    assert shell.workspace.ranking.source == "text"
    assert shell.jobs.live_text == remark
    source = shell.window.label_view.panel._source
    qtbot.waitUntil(lambda: source.toolTip().startswith("By what the labels' own words mean"))


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
    opened = [spec for spec in worker_of(embedded_shell).lived if isinstance(spec, LiveOpen)]
    tell(embedded_shell, WorkerDied(None, -11), qtbot)
    assert [spec for spec in worker_of(embedded_shell).lived if isinstance(spec, LiveOpen)] == opened


def test_that_an_encoder_that_cannot_be_had_offers_to_choose_another(embedding_shell, qtbot):
    with qtbot.waitSignal(embedding_shell.desk.notice) as notice:
        tell(embedding_shell, JobFailed(running(embedding_shell).job, "environment", "no weights", ""), qtbot)
    assert notice.args == ["no weights", "edit_head", "Choose another encoder…"]


def test_that_reports_of_a_project_that_was_left_are_ignored(embedding_shell, qtbot):
    job = running(embedding_shell).job
    embedding_shell.jobs.leave_project()
    tell(embedding_shell, JobProgress(job, "embedding", 5, 12), qtbot)
    assert embedding_shell.jobs.state is None
    assert worker_of(embedding_shell).cancelled == [job]


def test_that_new_images_are_embedded_after_a_scan_during_embedding(embedding_shell, qtbot):
    embedding_shell.jobs.scan()
    tell(embedding_shell, JobCancelled(running(embedding_shell).job), qtbot)
    assert embedding_shell.jobs.state.errand is Errand.SCAN
    finish_scan(embedding_shell, qtbot)
    assert embedding_shell.jobs.state.errand is Errand.EMBED


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


def test_that_before_the_first_answer_the_bar_names_no_folder():
    remark = "no answers yet, and /somewhere/mobilenet has no text side"
    said = live_text(LiveUpdated("live", "file", 0, 0.1, remark))
    assert said == "no answers yet: the ranking follows the first ones"
