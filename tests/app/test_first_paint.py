"""What waits for the first picture, and what is begun before the window is there."""

from __future__ import annotations

import gc
import threading

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog

from app import garbage
from app.cli import entry
from app.collector import Collector
from app.jobs import postponed
from app.jobs.postponed import Postponed
from app.operations import projects
from core.errors import UserError
from tests.app.conftest import worker_of


class Screen(QObject):
    painted = Signal(int)


@pytest.fixture
def screen(qapp):
    screen = Screen()
    yield screen
    screen.deleteLater()


def test_that_work_nobody_waits_for_begins_after_the_paint_and_once(screen, qtbot):
    done = []
    work = Postponed(lambda: done.append(1), screen)
    work.wait_for(screen.painted)
    work.start(wait=True)
    screen.painted.emit(1)
    assert not done, "inside the paint"
    qtbot.waitUntil(lambda: done == [1])
    screen.painted.emit(2)
    qtbot.wait(20)
    assert done == [1]


def test_that_a_picture_that_never_comes_is_not_waited_for(screen, qtbot, monkeypatch):
    monkeypatch.setattr(postponed, "LONGEST_MS", 10)
    done = []
    work = Postponed(lambda: done.append(1), screen)
    work.wait_for(screen.painted)
    work.start(wait=True)
    qtbot.waitUntil(lambda: done == [1])


def test_that_cancelled_work_is_not_done(screen, qtbot):
    done = []
    work = Postponed(lambda: done.append(1), screen)
    work.wait_for(screen.painted)
    work.start(wait=True)
    work.cancel()
    screen.painted.emit(1)
    qtbot.wait(20)
    assert not done


def test_that_housekeeping_waits_for_the_first_picture_of_a_project_with_images(open_shell, project_folder, qtbot):
    shell = open_shell(None)
    shell.jobs.housekeeping.wait_for(shell.window.label_view.image_painted)
    shell.open(project_folder)
    assert not worker_of(shell).submitted
    qtbot.waitUntil(lambda: bool(worker_of(shell).submitted))


def test_that_a_project_without_images_is_scanned_at_once(open_shell, tmp_path):
    (tmp_path / "pictures").mkdir()
    shell = open_shell(None)
    shell.jobs.housekeeping.wait_for(shell.window.label_view.image_painted)
    shell.open(tmp_path / "pictures")
    assert worker_of(shell).submitted


def test_that_a_project_opened_beside_the_window_has_its_images_read(project_folder):
    with projects.begin_opening(project_folder)() as project:
        assert project.images.all() is project.images.all()
        assert len(project.images.all())


def test_that_what_is_wrong_with_a_project_is_raised_where_it_is_shown(tmp_path):
    opened = projects.begin_opening(tmp_path)
    with pytest.raises(UserError, match="not a project"):
        opened()


def test_that_the_collector_rests_until_the_start_is_over(qapp):
    threshold = gc.get_threshold()
    try:
        garbage.hold()
        assert not gc.isenabled()
        Collector(qapp).settle()
        assert (gc.get_freeze_count() > 0, gc.get_threshold()[0]) == (True, garbage.YOUNG)
    finally:
        gc.unfreeze()
        gc.set_threshold(*threshold)


def test_that_a_dialog_that_nobody_holds_is_destroyed_on_the_windows_thread(qapp, qtbot):
    threshold, destroyed_in, made = gc.get_threshold(), [], []
    try:
        Collector(qapp).settle()
        dialog = QDialog()
        dialog.itself = dialog
        note = lambda: destroyed_in.append(threading.get_ident())  # noqa: E731
        dialog.destroyed.connect(note, Qt.ConnectionType.DirectConnection)
        del dialog
        maker = threading.Thread(target=lambda: made.extend([] for _ in range(2 * garbage.YOUNG)))
        maker.start()
        maker.join()
        assert not destroyed_in
        qtbot.waitUntil(lambda: bool(destroyed_in))
        assert destroyed_in == [threading.get_ident()]
    finally:
        gc.unfreeze()
        gc.set_threshold(*threshold)


@pytest.mark.parametrize(
    ("word", "at_once"), [("./flowers", True), ("flowers/", True), ("flowers", False), ("-h", False)]
)
def test_that_only_what_can_be_no_command_skips_the_commands(word, at_once):
    assert entry._is_path([word]) is at_once
