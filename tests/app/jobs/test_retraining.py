"""A retrain: when it comes, which head it trains, and what its button says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from app.bootstrap import Shell
from core.changes import Changes
from core.errors import UserError
from core.jobs.events import JobCancelled, JobFinished, ShardWritten, TrainResult
from core.jobs.spec import EmbedSpec, LiveChange, TrainSpec
from core.pairs import Comparison, Outcome, best_of
from core.project import Project
from core.values import HeadKind, ImageId, Metrics
from tests.app.conftest import add_head, worker_of
from tests.app.jobs.reports import SIGNATURE, answer, embed, finish_scan, full_disk, running, tell, training


def test_that_a_retrain_pauses_embedding_which_then_goes_on(embedding_shell, qtbot):
    embed(embedding_shell)
    job = running(embedding_shell).job
    tell(embedding_shell, ShardWritten(job, SIGNATURE, 12), qtbot)
    answer(embedding_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    embedding_shell.jobs.train()
    assert worker_of(embedding_shell).cancelled == worker_of(embedding_shell).made_room == [job]
    tell(embedding_shell, JobCancelled(job), qtbot)
    spec = training(embedding_shell, qtbot)
    assert len(spec.annotated) == 2
    tell(embedding_shell, JobCancelled(spec.job), qtbot)
    assert isinstance(running(embedding_shell), EmbedSpec)


def test_that_a_notice_of_a_training_goes_when_the_training_ends(embedded_shell, qtbot):
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    bar = embedded_shell.window.job_bar
    for _ in range(2):
        embedded_shell.commands.perform("retrain")
    assert "trained already" in bar._notice.text and not bar._notice.isHidden()
    tell(embedded_shell, JobCancelled(training(embedded_shell, qtbot).job), qtbot)
    assert bar._notice.isHidden()


def test_that_a_version_that_cannot_be_taken_in_leaves_the_next_retrain_free(embedded_shell, qtbot, monkeypatch):
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    embedded_shell.jobs.train()
    spec = training(embedded_shell, qtbot)
    monkeypatch.setattr(embedded_shell.workspace.project, "adopt", full_disk)
    result = TrainResult(spec.output, 1, spec.head.head_id, 2, 2, Metrics(2, "audit"), 1.0, "cpu", 0)
    with qtbot.waitSignal(embedded_shell.desk.notice) as notice:
        tell(embedded_shell, JobFinished(spec.job, result), qtbot)
    assert "the disk is full" in notice.args[0]
    assert not embedded_shell.jobs.training
    embedded_shell.jobs.train()
    qtbot.waitUntil(lambda: running(embedded_shell).job != spec.job)
    assert isinstance(running(embedded_shell), TrainSpec)


def test_that_the_head_on_screen_when_retrain_was_asked_for_is_the_one_trained(embedded_shell, qtbot):
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    embedded_shell.jobs.scan()
    asked = embedded_shell.workspace.head.head_id
    embedded_shell.jobs.train()
    add_head(embedded_shell, HeadKind.SCORE, (), name="quality")
    assert embedded_shell.workspace.head.head_id != asked
    finish_scan(embedded_shell, qtbot)
    assert training(embedded_shell, qtbot).head.head_id == asked


def test_that_a_retrain_looks_over_the_pool_once(embedded_shell, qtbot, monkeypatch):
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    built = []
    whole = Project.training_spec
    monkeypatch.setattr(Project, "training_spec", lambda *what, **more: built.append(what) or whole(*what, **more))
    embedded_shell.jobs.train()
    assert training(embedded_shell, qtbot)
    assert len(built) == 1


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
    first = training(embedded_shell, qtbot)
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    monkeypatch.setattr(type(embedded_shell.workspace.project), "adopt", lambda project, event: Changes(versions=True))
    result = TrainResult(first.output, 1, first.head.head_id, 2, 2, Metrics(2, "audit"), 1.0, "cpu", 0)
    tell(embedded_shell, JobFinished(first.job, result), qtbot)
    qtbot.waitUntil(lambda: embedded_shell.jobs.training)
    qtbot.waitUntil(lambda: running(embedded_shell).job != first.job)


@pytest.fixture
def untrained(embedded_shell, monkeypatch) -> Shell:
    """A version is taken over without one being there."""
    monkeypatch.setattr(Project, "adopt", lambda project, event: Changes(versions=True))
    return embedded_shell


def end_training(shell: Shell, qtbot, *notes: str) -> None:
    spec = training(shell, qtbot)
    result = TrainResult(spec.output, 1, spec.head.head_id, 2, 2, Metrics(2, "audit"), 1.0, "cpu", 0, notes)
    tell(shell, JobFinished(spec.job, result), qtbot)


@pytest.mark.parametrize("unknown", [0, 1])
def test_that_answers_that_a_version_does_not_know_are_said_of_the_images_at_once(
    untrained, qtbot, monkeypatch, unknown
):
    answer(untrained, Qt.Key.Key_1, Qt.Key.Key_2)
    untrained.jobs.train()
    monkeypatch.setattr("app.jobs.live_link.count_untaught", lambda project, head: unknown)
    lived = worker_of(untrained).lived
    training(untrained, qtbot)
    qtbot.wait(80)
    before = len(lived)
    end_training(untrained, qtbot)
    qtbot.wait(80)
    assert [type(spec) for spec in lived[before:]] == [LiveChange] * unknown


def test_that_what_is_told_of_a_version_names_its_head_and_goes_with_another_head(untrained, qtbot):
    answer(untrained, Qt.Key.Key_1, Qt.Key.Key_2)
    asked = untrained.workspace.head
    untrained.jobs.train()
    training(untrained, qtbot)
    add_head(untrained, HeadKind.SCORE, (), name="quality")
    end_training(untrained, qtbot, "learned without an answer for bird, so it cannot know it", "and so on")
    bar = untrained.window.job_bar
    told = f"{asked.name} v1: learned without an answer for bird, so it cannot know it; and so on"
    assert bar._notice.text == told and not bar._notice.isHidden()
    untrained.commands.use_head(asked.head_id)
    assert bar._notice.isHidden()


def test_that_no_retrain_comes_by_itself_when_that_is_off(embedded_shell, qtbot):
    embedded_shell.presenter.change(retrain_after=2, auto_retrain=False)
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_1)
    qtbot.wait(80)
    assert not embedded_shell.jobs.training
