"""A head without a version goes on with the ranking that it was left with, until its next live head speaks."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.bootstrap import Shell
from app.models.cards import AS_LEFT
from app.presenting.cards import build_card
from app.queue.opinion import told_by
from app.queue.ranking import order_pool
from core.arrays.predictions import read_predictions, write_predictions
from core.heads.live import LiveSession
from core.jobs.run import run_job
from core.project import Project
from core.values import AnnotationId, ClassValue, HeadKind, ImageId, Metrics, VersionInfo
from tests.app.conftest import add_head, draw_pictures
from tests.app.jobs.conftest import embedded_shell, embedding_shell
from tests.app.jobs.reports import answer, settle, tell
from tests.core.store.projects import make_version

__all__ = ["embedded_shell", "embedding_shell"]
Key = Qt.Key


def speak(shell: Shell, qtbot) -> Path:
    """The live head of the head on screen says what it has learned, and the ranking follows it."""
    settle(shell, qtbot)
    project, head = shell.workspace.opened()
    qtbot.waitUntil(lambda: shell.jobs._live.job is not None)
    event = LiveSession(project.live_open(shell.jobs._live.job, head, "cpu")).update()
    tell(shell, event, qtbot)
    qtbot.waitUntil(lambda: not shell.workspace._background.busy and shell.workspace.ranking.source == "live")
    return Path(event.file)


@pytest.fixture
def ranked(embedded_shell, qtbot) -> Shell:
    """Three answers, and the order of now, with nothing kept in its place."""
    answer(embedded_shell, Key.Key_1, Key.Key_2, Key.Key_3)
    speak(embedded_shell, qtbot)
    embedded_shell.workspace.order_again(kept_ahead=-1)
    qtbot.waitUntil(lambda: not embedded_shell.workspace._background.busy)
    return embedded_shell


def coming(shell: Shell) -> list[int]:
    queue = shell.workspace.queue
    return queue.ids[queue.position :].tolist()


def random_order(shell: Shell) -> list[int]:
    """As it is where nothing is said of the images."""
    return order_pool(shell.workspace._question(at_once=True), None).tolist()


def source(shell: Shell) -> str:
    """What the panel says of an image that is not asked blind."""
    workspace = shell.workspace
    workspace.show(next(one for one in coming(shell) if not workspace.is_blind(ImageId(one))))
    card = build_card(workspace, ("1", "2", "3"), workspace.project.images.get)
    shell.window.label_view.panel.show_card(card)
    return shell.window.label_view.panel._source.text


def reopened(shell: Shell, open_shell) -> Shell:
    folder = shell.workspace.project.folder
    shell.close()
    return open_shell(folder)


def test_that_a_head_goes_on_in_the_order_it_was_left_in_until_the_live_head_speaks(ranked, open_shell, qtbot):
    before = coming(ranked)
    again = reopened(ranked, open_shell)
    assert (again.workspace.ranking.source, coming(again)) == (AS_LEFT, before)
    assert before != random_order(again)
    assert source(again) == "live, as you left it"
    answer(again, Key.Key_1, Key.Key_1)
    speak(again, qtbot)
    assert source(again) == "live: learns as you answer"
    assert again.workspace.ranking.predictions.metadata["annotations"] == "5"
    assert sorted(coming(again)) == sorted(before[2:])


def test_that_what_was_answered_since_is_not_asked_and_what_came_since_comes_last(ranked, open_shell, images):
    before = coming(ranked)
    project, head = ranked.workspace.opened()
    folder = project.folder
    ranked.close()
    draw_pictures(images / "more", 5, seed=7)
    with Project.open(folder) as elsewhere:
        elsewhere.annotations.annotate(head.head_id, {ImageId(before[1]): ClassValue(head.labels[0].label_id)})
        known = elsewhere.images.all().ids.tolist()
        run_job(elsewhere.scan_spec("scan"), elsewhere.adopt, lambda: False)
        new = set(elsewhere.images.all().ids.tolist()) - set(known)
    again = open_shell(folder)
    assert coming(again)[:-5] == [before[0], *before[2:]]
    assert set(coming(again)[-5:]) == new and len(new) == 5


def test_that_a_switch_to_another_head_and_back_keeps_the_ranking(ranked, qtbot):
    first, before = ranked.workspace.head, coming(ranked)
    add_head(ranked, HeadKind.CLASS, ("day", "night", "dusk"), "light")
    assert ranked.workspace.ranking is None
    ranked.commands.use_head(first.head_id)
    assert (ranked.workspace.ranking.source, coming(ranked)) == (AS_LEFT, before)
    speak(ranked, qtbot)


def test_that_a_version_that_knows_all_goes_before_what_was_left_and_another_after_it(ranked, open_shell, qtbot):
    make_version(*ranked.workspace.opened())
    again = reopened(ranked, open_shell)
    assert again.workspace.ranking.source == "v1"
    answer(again, Key.Key_1, Key.Key_2)
    speak(again, qtbot)
    again.workspace.order_again(kept_ahead=-1)
    qtbot.waitUntil(lambda: not again.workspace._background.busy)
    before = coming(again)
    later = reopened(again, open_shell)
    assert (later.workspace.ranking.source, coming(later)) == (AS_LEFT, before)


def test_that_without_answers_nothing_is_gone_on_with(ranked, open_shell):
    project, _ = ranked.workspace.opened()
    folder = project.folder
    ranked.close()
    with Project.open(folder) as elsewhere:
        for _ in range(3):
            elsewhere.annotations.undo()
    assert open_shell(folder).workspace.ranking is None


def test_that_what_was_left_goes_when_the_live_head_speaks_whatever_its_time(ranked, open_shell, qtbot):
    (left,) = ranked.workspace.project.folder.glob("live/*/live-1.safetensors")
    again = reopened(ranked, open_shell)
    os.utime(left, (2**33, 2**33))
    answer(again, Key.Key_1)
    new = speak(again, qtbot)
    assert [file.parent for file in again.workspace.project.folder.glob("live/*/*")] == [new.parent]


def test_that_a_project_opened_for_reading_goes_on_with_it_too(ranked, open_shell):
    before, folder = coming(ranked), ranked.workspace.project.folder
    ranked.close()
    again = open_shell(None)
    again.workspace.open(Project.open(folder, read_only=True), writable=False)
    assert (again.workspace.ranking.source, coming(again)) == (AS_LEFT, before)


def test_that_what_was_left_of_other_images_is_no_ranking(ranked, open_shell):
    folder = ranked.workspace.project.folder
    ranked.close()
    (file,) = sorted((folder / "live").rglob("live-1.safetensors"))
    left = read_predictions(file)
    others = np.full_like(left.hashes, 7)
    write_predictions(
        file, type(left)(others, left.probabilities, left.members, left.utility, left.order, left.metadata)
    )
    assert open_shell(folder).workspace.ranking is None


def test_that_tags_nobody_refused_are_not_told_by_what_was_left_whoever_taught_the_version(tags_shell):
    _, head = tags_shell.workspace.opened()
    board, none = tags_shell.workspace.board, Metrics(0, "out-of-fold")
    elsewhere = VersionInfo(
        head.head_id, 1, datetime.now(UTC), "heads/question/v1", 0, AnnotationId(0), none, 0.0, "cpu", 0
    )
    assert told_by(board, head, "v1", elsewhere) is None
    for source in ("live", AS_LEFT):
        assert told_by(board, head, source, elsewhere).tolist() == [False, False, False]
