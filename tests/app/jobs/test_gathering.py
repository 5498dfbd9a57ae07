"""The order of a training is gathered beside the window's thread, from one state of the answers, and asked for once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from app.bootstrap import Shell
from app.jobs.state import Errand
from app.operations import projects
from core.errors import EnvironmentProblem
from core.jobs.events import JobCancelled, WorkerDied
from core.jobs.spec import TrainSpec
from core.project import Project
from tests.app.conftest import draw_pictures, scanned_project, worker_of
from tests.app.jobs.reports import answer, running, tell, training


class Gate:
    """Orders of trainings are gathered once it is open."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.threads: list[int] = []
        whole = Project.training_spec

        def gather(project: Project, *what, **more) -> TrainSpec:
            self.threads.append(threading.get_ident())
            self.begun.set()
            assert self.go_on.wait(20)
            return whole(project, *what, **more)

        monkeypatch.setattr(Project, "training_spec", gather)

    def open(self) -> None:
        self.go_on.set()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made = Gate(monkeypatch)
    yield made
    made.open()


@pytest.fixture
def gathering(embedded_shell: Shell, gate: Gate) -> Shell:
    """Two answers; a retrain was asked for by its key, and its order is being gathered."""
    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    embedded_shell.commands.perform("retrain")
    assert gate.begun.wait(10)
    return embedded_shell


def trainings(shell: Shell) -> list[TrainSpec]:
    return [spec for spec in worker_of(shell).submitted if isinstance(spec, TrainSpec)]


def test_that_the_window_goes_on_while_the_answers_are_gathered(gathering, gate, qtbot):
    answer(gathering, Qt.Key.Key_3)
    assert len(gathering.workspace.board.answers) == 3
    assert (gathering.jobs.training, trainings(gathering)) == (True, [])
    qtbot.waitUntil(lambda: "gathering the answers" in gathering.window.job_bar._stage.text)
    gate.open()
    assert len(training(gathering, qtbot).annotated) >= 2
    assert gate.threads != [] and threading.get_ident() not in gate.threads


def test_that_another_click_meanwhile_gathers_no_second_order(gathering, gate, qtbot):
    gathering.commands.perform("retrain")
    assert "trained already" in gathering.window.job_bar._notice.text
    gate.open()
    training(gathering, qtbot)
    assert (len(gate.threads), len(trainings(gathering))) == (1, 1)


def test_that_a_retrain_that_is_stopped_meanwhile_never_begins(gathering, gate, qtbot):
    gathering.commands.perform("cancel_job")
    assert not gathering.jobs.training
    gathering.commands.perform("retrain")
    gate.open()
    spec = training(gathering, qtbot)
    tell(gathering, JobCancelled(spec.job), qtbot)
    assert (len(trainings(gathering)), gathering.jobs.state) == (1, None)


def test_that_nothing_of_a_project_that_is_left_meanwhile_is_trained(gathering, gate, tmp_path, qtbot):
    draw_pictures(tmp_path / "others", 3, seed=1)
    scanned_project(tmp_path / "next", tmp_path / "others").close()
    before = gathering.workspace.project.folder
    projects.open_project(gathering.workspace, gathering.jobs, gathering.settings, tmp_path / "next")
    gate.open()
    gathering.jobs._orders._beside.finish()
    tell(gathering, JobCancelled("late"), qtbot)
    assert trainings(gathering) == []
    assert gathering.jobs.state.errand is Errand.SCAN
    with Project.open(before, read_only=True) as project:
        assert project.annotations.count(project.heads.all()[0].head_id) == 2


def test_that_a_window_that_is_closed_meanwhile_ends_and_keeps_the_answers(gathering, gate):
    folder = gathering.workspace.project.folder
    threading.Timer(0.2, gate.open).start()
    gathering.close()
    assert (trainings(gathering), worker_of(gathering).closed) == ([], True)
    with Project.open(folder) as project:
        assert project.annotations.count(project.heads.all()[0].head_id) == 2
    assert list(gathering.settings.value.cut_off) == [str(folder)]


def test_that_answers_that_cannot_be_read_are_told_and_leave_the_next_retrain_free(embedded_shell, qtbot, monkeypatch):
    def fail(*_what, **_more):
        raise EnvironmentProblem("the disk cannot be read")

    answer(embedded_shell, Qt.Key.Key_1, Qt.Key.Key_2)
    with monkeypatch.context() as broken, qtbot.waitSignal(embedded_shell.desk.notice) as told:
        broken.setattr(Project, "training_spec", fail)
        embedded_shell.jobs.train()
    assert told.args[0] == "the disk cannot be read"
    qtbot.waitUntil(lambda: not embedded_shell.jobs.training)
    embedded_shell.jobs.train()
    assert len(training(embedded_shell, qtbot).annotated) == 2


def test_that_a_worker_that_dies_meanwhile_gets_the_order_once_it_is_there(gathering, gate, qtbot):
    tell(gathering, WorkerDied(None, -9), qtbot)
    assert gathering.jobs.training
    gate.open()
    training(gathering, qtbot)
    assert len(trainings(gathering)) == 1


def test_that_embedding_waits_for_a_training_whose_order_is_gathered(gathering, gate, qtbot):
    gathering.jobs.scan()
    assert gathering.jobs.state.errand is Errand.TRAIN
    gate.open()
    spec = training(gathering, qtbot)
    tell(gathering, JobCancelled(spec.job), qtbot)
    assert running(gathering).job != spec.job
