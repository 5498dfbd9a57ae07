"""The live head is told of answers and vectors, and its ranking is shown."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from app.jobs.state import live_text
from app.operations import answering
from core.arrays.predictions import Predictions, write_predictions
from core.jobs.events import KinFound, LiveUpdated
from core.jobs.spec import LiveChange, LiveClose, LiveOpen
from core.values import HeadKind
from tests.app.conftest import add_head, worker_of
from tests.app.jobs.reports import answer, tell


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


def test_that_before_the_first_answer_the_bar_names_no_folder():
    remark = "no answers yet, and /somewhere/mobilenet has no text side"
    said = live_text(LiveUpdated("live", "file", 0, 0.1, remark))
    assert said == "no answers yet: the ranking follows the first ones"
