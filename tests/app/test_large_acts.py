"""What goes to many images at once is written beside the window's thread, and nothing is lost beside it."""

from __future__ import annotations

import threading

import pytest

from app.acts import View
from app.bootstrap import Shell
from app.jobs.held_reports import HeldReports
from app.operations import beside, undoing
from app.queue import board
from core.changes import Changes
from core.errors import EnvironmentProblem
from core.jobs.events import FilesGone, JobFinished, ScanResult
from core.jobs.spec import EmbedSpec
from core.project import Project
from core.store.log import Annotations
from core.values import Head, HeadKind, ImageId, ScoreValue
from tests.app.jobs.reports import running, tell


@pytest.fixture
def selected(class_shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """All twelve images are selected, which count as many."""
    monkeypatch.setattr(beside, "LARGE", 12)
    class_shell.presenter.choose(View.GRID)
    class_shell.window.grid_view.select_all()
    return class_shell


def said(shell: Shell) -> str:
    return shell.window.job_bar._deed_text


def count(shell: Shell) -> int:
    return int(shell.workspace.board.answered.sum())


def test_that_the_window_goes_on_while_many_images_are_answered(selected, slow, qtbot):
    selected.commands.perform("answer_1")
    assert (count(selected), said(selected)) == (0, "Writing 12 images…")
    selected.commands.perform("answer_2")
    assert "still being written" in selected.window.job_bar._notice.text
    slow.set()
    qtbot.waitUntil(lambda: count(selected) == 12)
    assert said(selected).startswith("Answered cat · 12 images")
    selected.commands.perform("undo")
    assert count(selected) == 0


@pytest.mark.parametrize(
    ("act", "told"), [("exclude", "Excluded"), ("flag", "Flagged"), ("skip", "Skipped"), ("pin", "Pinned")]
)
def test_that_marks_of_many_images_are_written_beside_it_too(selected, slow, qtbot, act, told):
    selected.commands.perform(act)
    assert said(selected) == "Writing 12 images…"
    slow.set()
    qtbot.waitUntil(lambda: said(selected).startswith(told))
    assert said(selected).partition(" · ")[2].startswith("12 images")


def reading_threads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of each look at what holds of some images, or of all."""
    threads: list[int] = []
    for name in ("standing", "standing_of"):
        plain = getattr(Annotations, name)

        def read(self: Annotations, *asked, plain=plain):
            threads.append(threading.get_ident())
            return plain(self, *asked)

        monkeypatch.setattr(Annotations, name, read)
    return threads


@pytest.mark.parametrize("many", [0, 2_000])
def test_that_what_holds_after_many_answers_is_read_beside_the_window_too(selected, slow, qtbot, monkeypatch, many):
    monkeypatch.setattr(board, "MANY", many)
    monkeypatch.setattr(undoing, "LARGE", 12)
    threads = reading_threads(monkeypatch)
    selected.commands.perform("answer_1")
    slow.set()
    qtbot.waitUntil(lambda: count(selected) == 12)
    assert len(threads) == 1
    selected.commands.perform("undo")
    qtbot.waitUntil(lambda: count(selected) == 0)
    assert len(threads) == 2
    assert threading.get_ident() not in threads


def test_that_an_act_is_shown_though_what_holds_after_it_could_not_be_read_beside(selected, slow, qtbot, monkeypatch):
    def fail(*_asked):
        raise EnvironmentProblem("the disk is busy")

    monkeypatch.setattr(beside, "read_after", fail)
    selected.commands.perform("answer_1")
    slow.set()
    qtbot.waitUntil(lambda: count(selected) == 12)
    assert said(selected).startswith("Answered cat · 12 images")


def test_that_what_was_read_for_images_of_before_is_read_anew(selected, slow, qtbot):
    workspace = selected.workspace
    before = workspace.board
    selected.commands.perform("answer_1")
    workspace.use_head(workspace.head.head_id)  # as an edit of its labels does
    slow.set()
    qtbot.waitUntil(lambda: count(selected) == 12)
    assert (workspace.board is not before, int(before.answered.sum())) == (True, 0)


def test_that_reports_of_the_worker_wait_for_a_large_act_and_keep_their_order(selected, slow, qtbot):
    job = running(selected).job
    gone = FilesGone(job, selected.workspace.project.roots[0], ("00.jpg",))
    selected.commands.perform("answer_1")
    for event in (gone, JobFinished(job, ScanResult(0, 11, 0, 1))):
        tell(selected, event, qtbot)
    assert selected.jobs.state is not None and selected.jobs.state.job == job
    slow.set()
    qtbot.waitUntil(lambda: isinstance(running(selected), EmbedSpec), timeout=5_000)
    assert (count(selected), selected.workspace.project.images.count()) == (12, 11)


def test_that_an_act_under_way_is_written_though_the_project_is_closed(selected, slow):
    folder, head = selected.workspace.project.folder, selected.workspace.head
    selected.commands.perform("answer_1")
    threading.Timer(0.2, slow.set).start()
    selected.workspace.close()
    with Project.open(folder, read_only=True) as project:
        assert project.annotations.count(head.head_id) == 12


@pytest.mark.parametrize("quits", [True, False])
def test_that_an_act_waits_for_no_look_and_is_written_before_the_project_is_closed(selected, qtbot, quits):
    seen = threading.Event()
    folder, head = selected.workspace.project.folder, selected.workspace.head
    selected.dialogs.exchange.looking.run("look", lambda: seen.wait(1), lambda _: None)
    selected.dialogs.exchange.beside.run("import", lambda: seen.wait(1), lambda _: None)
    selected.commands.perform("answer_1")
    (selected if quits else selected.workspace).close()
    with Project.open(folder, read_only=True) as project:
        assert project.annotations.count(head.head_id) == 12


@pytest.fixture
def other(selected) -> Head:
    """Another head that the first image is answered for."""
    project = selected.workspace.project
    head, _ = project.heads.add("other", HeadKind.SCORE)
    project.annotations.annotate(head.head_id, {ImageId(1): ScoreValue(8.5)})
    selected.workspace.announce(Changes(heads=True))
    return head


def test_that_images_skipped_for_one_head_do_not_come_again_in_the_queue_of_another(other, selected, slow, qtbot):
    workspace = selected.workspace
    selected.commands.perform("skip")
    workspace.use_head(other.head_id)
    queued = workspace.queue.ids.tolist()
    slow.set()
    qtbot.waitUntil(lambda: said(selected).startswith("Written for question: skip · 12 images"))
    assert (workspace.head.name, workspace.queue.ids.tolist()) == (other.name, queued)


def test_that_what_was_answered_for_one_head_is_not_told_by_the_answers_of_another(other, selected, slow, qtbot):
    selected.commands.perform("answer_1")
    selected.workspace.use_head(other.head_id)
    slow.set()
    qtbot.waitUntil(lambda: said(selected).startswith("Written for question: answer cat · 12 images"))
    assert count(selected) == 1


def test_that_what_could_not_be_written_is_not_said_to_be_written(selected, qtbot, monkeypatch):
    def fail(*_said, **_named):
        raise EnvironmentProblem("the disk is full")

    monkeypatch.setattr(Annotations, "annotate", fail)
    selected.commands.perform("answer_1")
    qtbot.waitUntil(lambda: "full" in selected.window.job_bar._notice.text)
    assert (count(selected), said(selected)) == (0, "")


def test_that_a_report_that_cannot_be_taken_holds_up_no_other(selected, slow, qtbot):
    taken = []

    def take(event):
        taken.append(event)
        assert event != "bad"

    held = HeldReports(selected.workspace, take, selected.root)
    job = running(selected).job
    first = FilesGone(job, selected.workspace.project.roots[0], ())
    selected.commands.perform("answer_1")
    for event in (first, "bad", "good"):
        held.hear(event)
    with qtbot.captureExceptions() as raised:
        slow.set()
        qtbot.waitUntil(lambda: count(selected) == 12)
    held.hear("last")
    assert (taken, len(raised)) == ([first, "bad", "good", "last"], 1)
