"""Pictures that could not be read are not answered, and come back with their files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.bootstrap import Shell
from app.views.image_view import ImageView
from core.jobs.events import JobFinished, ScanResult
from tests.app.conftest import worker_of


@pytest.fixture
def lost(qtbot, class_shell: Shell, images: Path) -> Shell:
    """The folder was renamed while the window is open, and nothing of it is held."""
    images.rename(images.parent / "elsewhere")
    class_shell.loaders.read_anew()
    class_shell.presenter.show_all()
    qtbot.waitUntil(lambda: large(class_shell).problem is not None)
    return class_shell


def large(shell: Shell) -> ImageView:
    return shell.window.label_view.image_view


def bring_back(images: Path) -> None:
    (images.parent / "elsewhere").rename(images)


def finish_scan(shell: Shell, qtbot, result: ScanResult) -> None:
    with qtbot.waitSignal(shell.jobs.scanned):
        worker_of(shell).tell(JobFinished(worker_of(shell).submitted[-1].job, result))


def test_that_a_picture_that_is_back_is_shown_when_it_is_looked_at_again(qtbot, lost: Shell, images: Path) -> None:
    bring_back(images)
    for act in ("next", "previous"):
        lost.commands.perform(act)
    qtbot.waitUntil(lambda: large(lost).problem is None and large(lost).has_picture())


def test_that_the_large_picture_of_the_grid_is_tried_again(qtbot, lost: Shell, images: Path) -> None:
    bring_back(images)
    for act in ("grid", "single"):
        lost.commands.perform(act)
    qtbot.waitUntil(lambda: large(lost).problem is None and large(lost).has_picture())


def test_that_a_scan_that_finds_nothing_new_brings_the_picture_back(qtbot, lost: Shell, images: Path) -> None:
    bring_back(images)
    finish_scan(lost, qtbot, ScanResult(0, 12, 0, 0))
    qtbot.waitUntil(lambda: large(lost).problem is None and large(lost).has_picture())


@pytest.mark.parametrize("key", [Qt.Key.Key_1, Qt.Key.Key_Space])
def test_that_a_picture_that_is_not_on_screen_is_not_answered(lost: Shell, key: Qt.Key) -> None:
    QTest.keyClick(lost.window, key)
    assert not lost.workspace.board.answers
    assert "not on screen" in lost.window.job_bar._notice.text


def test_that_a_picture_that_is_not_on_screen_is_skipped_by_its_key(lost: Shell) -> None:
    image = lost.workspace.queue.current
    QTest.keyClick(lost.window, Qt.Key.Key_S)
    assert image is not None and lost.workspace.board.standing(image).skipped


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (ScanResult(0, 12, 0, 0), "Looked at 12 files: nothing new found."),
        (ScanResult(2, 1200, 1, 0), "Looked at 1,203 files: 2 new or changed, 1 of them cannot be read."),
    ],
)
def test_that_a_scan_that_was_asked_for_says_what_it_found(
    qtbot, class_shell: Shell, result: ScanResult, text: str
) -> None:
    class_shell.commands.perform("rescan")
    finish_scan(class_shell, qtbot, result)
    assert class_shell.window.job_bar._notice.text == text
    assert class_shell.window.job_bar._notice_mark.isHidden(), "no warning"


def test_that_the_scan_of_an_opened_project_says_nothing(qtbot, class_shell: Shell) -> None:
    finish_scan(class_shell, qtbot, ScanResult(0, 12, 0, 0))
    assert not class_shell.window.job_bar._notice.isVisible()
