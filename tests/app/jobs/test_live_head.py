"""The live head is told of answers and vectors, and its ranking is shown."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.jobs import live_link
from app.jobs.state import live_text
from app.operations import answering
from core.arrays.predictions import Predictions, write_predictions
from core.errors import EnvironmentProblem
from core.jobs.events import JobFailed, KinFound, LiveUpdated
from core.jobs.spec import LiveChange, LiveClose, LiveOpen
from core.project import Project
from core.values import HeadKind
from tests.app.conftest import add_head, worker_of
from tests.app.jobs.reports import answer, settle, tell


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


@pytest.fixture
def waits(embedded_shell, monkeypatch) -> Iterator[threading.Event]:
    """What the live head is told is read once this is set, beside the window's thread."""
    go_on, window = threading.Event(), threading.get_ident()
    for name in ("live_open", "live_change"):
        plain = getattr(Project, name)

        def read(*what, plain=plain):
            assert threading.get_ident() != window and go_on.wait(20)
            return plain(*what)

        monkeypatch.setattr(Project, name, read)
    monkeypatch.setattr(live_link, "MANY", 1)
    yield go_on
    go_on.set()


def test_that_many_answers_are_gathered_beside_the_window_and_those_given_meanwhile_follow(
    embedded_shell, waits, qtbot
):
    link = embedded_shell.jobs._live
    answer(embedded_shell, Qt.Key.Key_1)
    link.send()
    answer(embedded_shell, Qt.Key.Key_2)
    link.send()
    assert told(embedded_shell) == []
    waits.set()
    qtbot.waitUntil(lambda: len(told(embedded_shell)) == 2)
    assert [change.changed.targets.tolist() for change in told(embedded_shell)] == [[[1, 0, 0]], [[0, 1, 0]]]


def test_that_what_is_answered_while_a_live_head_is_opened_follows_it(embedded_shell, waits, qtbot):
    embedded_shell.jobs._live.open()
    answer(embedded_shell, Qt.Key.Key_1)
    embedded_shell.jobs._live.send()
    assert told(embedded_shell) == []
    waits.set()
    qtbot.waitUntil(lambda: len(told(embedded_shell)) == 1)
    opened, change = worker_of(embedded_shell).lived[-2:]
    assert isinstance(opened, LiveOpen)
    assert (change.job, change.changed.targets.tolist()) == (opened.job, [[1, 0, 0]])


def test_that_a_live_head_is_not_opened_for_a_head_that_was_left_meanwhile(embedded_shell, waits, qtbot):
    before = len(worker_of(embedded_shell).lived)
    embedded_shell.jobs._live.open()
    add_head(embedded_shell, HeadKind.SCORE, (), name="quality")
    waits.set()
    settle(embedded_shell, qtbot)
    opened = [spec.head.name for spec in worker_of(embedded_shell).lived[before:] if isinstance(spec, LiveOpen)]
    assert opened == ["quality"]


def test_that_answers_that_could_not_be_gathered_go_with_the_next_one(embedded_shell, qtbot, monkeypatch):
    def fail(*_what):
        raise EnvironmentProblem("the disk cannot be read")

    monkeypatch.setattr(live_link, "MANY", 1)
    with monkeypatch.context() as broken, qtbot.waitSignal(embedded_shell.desk.notice) as notice:
        broken.setattr(Project, "live_change", fail)
        answer(embedded_shell, Qt.Key.Key_1)
    assert notice.args[0] == "the disk cannot be read"
    answer(embedded_shell, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: told(embedded_shell) != [])
    assert sorted(told(embedded_shell)[0].changed.targets.tolist()) == [[0, 1, 0], [1, 0, 0]]


def test_that_another_head_gets_a_live_head_of_its_own(embedded_shell, qtbot):
    before = worker_of(embedded_shell).lived[-1]
    add_head(embedded_shell, HeadKind.SCORE, (), name="quality")
    settle(embedded_shell, qtbot)
    close, opened = worker_of(embedded_shell).lived[-2:]
    assert close == LiveClose(before.job)
    assert isinstance(opened, LiveOpen) and opened.head.name == "quality"


def test_that_what_the_ranking_of_one_head_follows_is_not_said_under_another(embedded_shell, qtbot, tmp_path):
    answer(embedded_shell, Qt.Key.Key_1)
    tell(embedded_shell, LiveUpdated(embedded_shell.jobs._live.job, str(tmp_path / "none"), 7, 0.2, ""), qtbot)
    assert embedded_shell.jobs.live_text.startswith("ranking follows 7 answers")
    add_head(embedded_shell, HeadKind.CLASS, ("warm", "cold"), "colour")
    assert embedded_shell.jobs.live_text == live_link.GETTING_READY


def test_that_the_bar_says_so_while_the_first_ranking_is_made(embedded_shell, qtbot):
    said = embedded_shell.window.job_bar._live
    qtbot.waitUntil(lambda: live_link.GETTING_READY in said.text)


def test_that_an_answer_brings_back_a_live_head_whose_folder_was_away(embedded_shell, qtbot, monkeypatch):
    lived, gone = worker_of(embedded_shell).lived, embedded_shell.jobs._live.job
    tell(embedded_shell, JobFailed(gone, "environment", "the folder is not there any more"), qtbot)
    answer(embedded_shell, Qt.Key.Key_1)
    qtbot.wait(80)
    assert lived[-1].job == gone, "what failed just now is not tried at each answer"
    monkeypatch.setattr(live_link, "LOOK_AGAIN_S", 0.0)
    answer(embedded_shell, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: isinstance(lived[-1], LiveOpen) and lived[-1].job != gone)


def test_that_a_live_head_that_failed_by_itself_is_not_tried_again_by_answers(embedded_shell, qtbot, monkeypatch):
    monkeypatch.setattr(live_link, "LOOK_AGAIN_S", 0.0)
    gone = embedded_shell.jobs._live.job
    tell(embedded_shell, JobFailed(gone, "user", "it has no text side"), qtbot)
    answer(embedded_shell, Qt.Key.Key_1)
    qtbot.wait(80)
    assert worker_of(embedded_shell).lived[-1].job == gone


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


def test_that_before_the_first_answer_the_bar_names_no_folder():
    remark = "no answers yet, and /somewhere/mobilenet has no text side"
    said = live_text(LiveUpdated("live", "file", 0, 0.1, remark))
    assert said == "no answers yet: the ranking follows the first ones"
