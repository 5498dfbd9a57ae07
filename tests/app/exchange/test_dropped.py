"""Folders of ratings that are dropped on the window."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

from app.windows.import_answers_dialog import ImportAnswersDialog
from core.exchange.forms import AnswersForm
from core.jobs.events import JobFinished, ScanResult
from core.jobs.exchange import ImportAnswersSpec
from tests.app.conftest import draw_pictures, worker_of
from tests.app.exchange.dialogs import TREE, opened
from tests.app.jobs.reports import tell
from tests.app.mouse import drop
from tests.core.exchange.trees import pictures


def test_that_a_dropped_folder_of_ratings_is_offered_to_be_imported_or_only_added(working, qtbot, tmp_path):
    tree = pictures(tmp_path / "ratings", TREE)
    drop(working.window, tree)
    dialog = opened(working, ImportAnswersDialog)
    assert dialog.form is AnswersForm.FOLDERS
    assert dialog.source.text() == str(tree)
    alone = next(button for button in dialog.buttons.buttons() if button.text() == "Only add the images")
    alone.click()
    assert not dialog.isVisible()
    assert str(tree) in working.workspace.project.roots


def test_that_a_dropped_folder_of_years_is_no_folder_of_ratings(working, tmp_path):
    draw_pictures(tmp_path / "album" / "2019", 1)
    draw_pictures(tmp_path / "album" / "2020", 1, seed=3)
    drop(working.window, tmp_path / "album")
    assert not [dialog for dialog in working.window.findChildren(QDialog) if dialog.isVisible()]
    assert str(tmp_path / "album") in working.workspace.project.roots


def test_that_ratings_make_the_project_where_none_is_open(open_shell, qtbot, tmp_path):
    shell = open_shell(None)
    tree = pictures(tmp_path / "ratings", TREE)
    drop(shell.window, tree)
    dialog = opened(shell, ImportAnswersDialog)
    qtbot.waitUntil(lambda: dialog._preview.images == 13)
    dialog.accept()
    assert shell.workspace.project.folder == tree / ".winnow"
    assert shell.workspace.head.name == "ratings"
    tell(shell, JobFinished(worker_of(shell).submitted[-1].job, ScanResult(13, 0, 0, 0)), qtbot)
    assert isinstance(worker_of(shell).submitted[-1], ImportAnswersSpec)
