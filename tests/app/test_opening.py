"""A folder, a picture or a project that is dropped is opened, and remembered."""

from __future__ import annotations

from tests.app.conftest import draw_pictures
from tests.app.mouse import drop


def test_that_a_dropped_folder_of_images_becomes_a_project(open_shell, images):
    shell = open_shell(None)
    drop(shell.window, images)
    assert shell.workspace.project.folder == images / ".winnow"
    assert shell.workspace.project.roots == (str(images),)


def test_that_a_dropped_folder_joins_the_open_project(shell, images, tmp_path):
    draw_pictures(tmp_path / "more", 3, seed=5)
    drop(shell.window, tmp_path / "more")
    assert shell.workspace.project.roots == (str(images), str(tmp_path / "more"))


def test_that_a_dropped_picture_stands_for_its_folder(open_shell, images):
    shell = open_shell(None)
    drop(shell.window, images / "00.jpg")
    assert shell.workspace.project.folder == images / ".winnow"


def test_that_a_dropped_project_is_opened(open_shell, project_folder):
    shell = open_shell(None)
    drop(shell.window, project_folder)
    assert shell.workspace.project.folder == project_folder


def test_that_an_opened_project_is_remembered(open_shell, project_folder):
    assert open_shell(project_folder).settings.value.recent == (str(project_folder),)


def test_that_a_project_that_is_gone_is_said_and_the_open_one_stays(shell, qtbot, tmp_path):
    before = shell.workspace.project
    with qtbot.waitSignal(shell.desk.notice):
        shell.commands.perform(f"recent:{tmp_path / 'gone'}")
    assert shell.workspace.project is before


def test_that_the_place_of_a_project_is_said_where_its_images_are_read_only(open_shell, images, tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *a, **k: str(tmp_path / "data"))
    first = open_shell(images)
    folder = first.workspace.project.folder
    assert folder.parent == tmp_path / "data" / "projects"
    first.close()
    for shell in (first, open_shell(images)):
        assert shell.window.job_bar._notice.text.startswith(f"The project lies in {folder}: ")
        assert shell.window.job_bar._notice_mark.isHidden()
