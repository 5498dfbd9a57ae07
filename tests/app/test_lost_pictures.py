"""Pictures that could not be read are not answered, and come back with their files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app.bootstrap import Shell
from app.operations import projects
from app.views.image_view import ImageView
from app.windows import file_choosers
from core.jobs.events import JobFinished, ScanResult
from core.jobs.spec import ScanSpec
from core.media.scan import run_scan
from tests.app.conftest import draw_pictures, worker_of


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


def look(shell: Shell, qtbot, act: Callable[[], object] | None = None) -> str:
    """What a real scan says that was asked for, by *Look for new images* unless by another act."""
    shell.window.job_bar.clear_notice()
    (act or partial(shell.commands.perform, "rescan"))()
    finish_scan(shell, qtbot, really_scan(shell))
    qtbot.waitUntil(lambda: shell.window.job_bar._notice.isVisible())
    return shell.window.job_bar._notice.text


def really_scan(shell: Shell) -> ScanResult:
    """In the name of the work that runs."""
    project = shell.workspace.project
    assert project is not None
    spec = project.scan_spec(worker_of(shell).submitted[-1].job)
    known = {root: project.images.expected(root) for root in spec.roots}
    return run_scan(spec, known, project.adopt, lambda: False)


def warns(shell: Shell) -> bool:
    return not shell.window.job_bar._notice_mark.isHidden()


def test_that_a_scan_that_was_asked_for_says_what_it_found(qtbot, class_shell: Shell, images: Path) -> None:
    finish_scan(class_shell, qtbot, ScanResult(0, 12, 0, 0))
    assert look(class_shell, qtbot) == "Looked at 12 files: nothing new found."
    assert not warns(class_shell)
    draw_pictures(images / "more", 2, seed=5)
    (images / "00.jpg").write_bytes((images / "more" / "00.jpg").read_bytes())
    (images / "torn.jpg").write_bytes(b"no picture")
    assert look(class_shell, qtbot) == "Looked at 15 files: 2 new, 1 changed, 1 cannot be read."


def test_that_images_of_a_folder_that_was_moved_out_are_missing_and_then_found_again(
    qtbot, class_shell: Shell, images: Path
) -> None:
    (images / "deep").mkdir()
    for name in ("03.jpg", "04.jpg", "05.jpg"):
        (images / name).rename(images / "deep" / name)
    finish_scan(class_shell, qtbot, ScanResult(0, 12, 0, 0))
    assert look(class_shell, qtbot) == "Looked at 12 files: 3 found again."
    (images / "deep").rename(images.parent / "moved")
    missing = "3 known images are missing: Project › Add images… takes in the folder that holds them now."
    assert look(class_shell, qtbot) == f"Looked at 9 files: nothing new found. {missing}"
    assert warns(class_shell)
    add = partial(class_shell.dialogs.open, [images.parent / "moved"])
    assert look(class_shell, qtbot, add) == "Looked at 12 files: 3 found again."
    assert not warns(class_shell)


def test_that_the_scan_of_an_opened_project_tells_of_what_it_missed(qtbot, class_shell: Shell, images: Path) -> None:
    (images / "00.jpg").unlink()
    finish_scan(class_shell, qtbot, really_scan(class_shell))
    told = class_shell.window.job_bar._notice
    qtbot.waitUntil(lambda: told.text.startswith("1 known image is missing: "))
    assert "1 known image is missing" in look(class_shell, qtbot)


def test_that_the_scan_of_an_opened_project_says_nothing(qtbot, class_shell: Shell) -> None:
    finish_scan(class_shell, qtbot, ScanResult(0, 12, 0, 0))
    assert not class_shell.window.job_bar._notice.isVisible()


def button(shell: Shell) -> QPushButton:
    found = large(shell).findChild(QPushButton)
    assert found is not None
    return found


def test_that_a_picture_of_a_moved_folder_says_so_and_offers_to_tell_where_it_lies(lost: Shell, images: Path) -> None:
    assert large(lost).lost_root == str(images)
    assert button(lost).isVisible()


def test_that_pictures_side_by_side_offer_to_tell_where_their_folder_lies(
    qtbot, lost: Shell, images: Path, monkeypatch
) -> None:
    lost.commands.perform("compare")
    first = lost.window.compare_view.image_view
    qtbot.waitUntil(lambda: first.problem is not None)
    asked: list[str] = []
    monkeypatch.setattr(file_choosers, "ask_folder", lambda parent, title: asked.append(title))
    offered = first.findChild(QPushButton)
    assert offered is not None and offered.isVisible()
    QTest.mouseClick(offered, Qt.MouseButton.LeftButton)
    assert asked == [f"Where {images} lies now"]


def test_that_a_picture_that_alone_is_gone_offers_no_other_folder(qtbot, lost: Shell, images: Path) -> None:
    images.mkdir()
    for act in ("next", "previous"):
        lost.commands.perform(act)
    qtbot.waitUntil(lambda: not button(lost).isVisible())
    assert large(lost).problem is not None


def test_that_a_folder_that_was_moved_is_told_of_on_the_picture(qtbot, lost: Shell, images: Path, monkeypatch) -> None:
    moved = images.parent / "elsewhere"
    monkeypatch.setattr(file_choosers, "ask_folder", lambda parent, title: moved)
    QTest.mouseClick(button(lost), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: large(lost).problem is None and large(lost).has_picture())
    assert lost.workspace.project is not None and lost.workspace.project.roots == (str(moved),)
    assert not button(lost).isVisible()
    assert isinstance(worker_of(lost).submitted[-1], ScanSpec)


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """What was asked; the answer is no."""
    texts: list[str] = []
    monkeypatch.setattr(file_choosers, "_says_yes", lambda box, yes: texts.append(box.text()) or False)
    return texts


def name_folder(shell: Shell, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(file_choosers, "ask_folder", lambda parent, title: folder)
    shell.commands.perform("relocate")


def test_that_a_folder_without_the_images_is_refused_and_nothing_changes(
    qtbot, lost: Shell, images: Path, asked: list[str], monkeypatch
) -> None:
    draw_pictures(images.parent / "other", 8, seed=9)
    name_folder(lost, images.parent / "other", monkeypatch)
    told = lost.window.job_bar._notice
    qtbot.waitUntil(lambda: f"none of the 12 known images of {images} is in {images.parent}/other" in told.text)
    assert lost.workspace.project is not None and lost.workspace.project.roots == (str(images),)
    assert not asked


@pytest.mark.parametrize("yes", [True, False])
def test_that_a_folder_with_some_of_the_images_is_asked_about(
    qtbot, lost: Shell, images: Path, asked: list[str], monkeypatch, yes: bool
) -> None:
    some = images.parent / "some"
    some.mkdir()
    for picture in sorted((images.parent / "elsewhere").iterdir())[:5]:
        picture.rename(some / picture.name)
    if yes:
        monkeypatch.setattr(file_choosers, "_says_yes", lambda box, yes: asked.append(box.text()) or True)
    name_folder(lost, some, monkeypatch)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked[0].startswith(f"5 of the 12 known images of {images} are in {some}, 7 not.")
    project = lost.workspace.project
    assert project is not None
    qtbot.waitUntil(lambda: project.roots == ((str(some),) if yes else (str(images),)))


def test_that_images_added_from_their_new_folder_are_shown_from_there(qtbot, lost: Shell, images: Path) -> None:
    project = lost.workspace.project
    assert project is not None
    projects.add_folders(lost.workspace, lost.jobs, [images.parent / "elsewhere"])
    run_scan(project.scan_spec("scan"), {}, project.adopt, lambda: False)
    finish_scan(lost, qtbot, ScanResult(12, 0, 0, 0))
    qtbot.waitUntil(lambda: large(lost).problem is None and large(lost).has_picture())


def test_that_no_folder_is_asked_for_while_all_are_there(class_shell: Shell, monkeypatch) -> None:
    monkeypatch.setattr(file_choosers, "ask_folder", lambda parent, title: pytest.fail("asked"))
    class_shell.commands.perform("relocate")
    assert "where it was" in class_shell.window.job_bar._notice.text
