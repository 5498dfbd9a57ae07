"""Choosers of files and folders open where something was chosen last."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QWidget

from app.bootstrap import Shell
from app.settings import SettingsFile
from app.windows import file_choosers
from app.windows.folder_chooser import FolderChooser, typed_folder
from app.windows.path_field import PathField


@pytest.fixture
def opened_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Where each chooser opened; a file is chosen in `files`, the folder `there`."""
    (tmp_path / "there").mkdir()
    (tmp_path / "files").mkdir()
    seen: list[str] = []

    def choose(answer: object) -> object:
        def ask(parent: QWidget, title: str, folder: str, *more: str) -> object:
            seen.append(folder)
            return answer

        return ask

    file = str(tmp_path / "files" / "a.png")
    monkeypatch.setattr(file_choosers, "choose_folder", choose(str(tmp_path / "there")))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", choose(([file], "")))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose((file, "")))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", choose(("", "")))
    return seen


def test_that_a_chooser_opens_where_the_last_one_ended_also_in_another_sitting(shell: Shell, opened_in, tmp_path):
    window, there, files = shell.window, str(tmp_path / "there"), str(tmp_path / "files")
    file_choosers.ask_folder(window, "Folder to score")
    file_choosers.ask_sheet(window)
    assert file_choosers.ask_manifest(window) is None, "what is not chosen is not remembered"
    file_choosers.ask_pictures(window)
    assert opened_in == ["", there, files, files]
    assert SettingsFile(tmp_path / "settings" / "settings.json").value.folder == files


def test_that_a_chooser_of_a_dialog_remembers_too(shell: Shell, opened_in, tmp_path):
    dialog = QDialog(shell.window)
    field = PathField((("Choose…", file_choosers.name_folder),), dialog)
    for _ in range(2):
        field.buttons[0].click()
    assert opened_in == ["", str(tmp_path / "there")] and field.text() == str(tmp_path / "there")


def test_that_the_folder_that_was_typed_is_taken_though_the_chooser_says_the_one_above(
    shell: Shell, monkeypatch, tmp_path
):
    (tmp_path / "there").mkdir()
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda self: [str(tmp_path)])

    def type_it() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        line.blockSignals(True)
        line.setText(str(tmp_path / "there"))
        dialog.accept()

    QTimer.singleShot(0, type_it)
    chosen = file_choosers.name_folder(shell.window)
    assert Path(chosen) == tmp_path / "there"
    assert Path(shell.settings.value.folder) == tmp_path / "there"


def test_that_a_folder_that_files_are_put_in_may_be_new(qtbot, tmp_path):
    chooser = FolderChooser(None, "Folder", str(tmp_path), may_be_new=True)
    chooser.setOption(QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(chooser)
    chooser.findChild(QLineEdit, "fileNameEdit").setText("chosen ones")
    chooser.accept()
    assert chooser.result() == QDialog.DialogCode.Accepted
    assert chooser.typed == str(tmp_path / "chosen ones") and not (tmp_path / "chosen ones").exists()


def test_that_what_cannot_be_a_folder_is_none_and_raises_nothing(tmp_path):
    assert [typed_folder(text, tmp_path) for text in ("", "~nosuchuser/x", "x" * 300, "missing")] == [""] * 4
    unheard = ("", "~nosuchuser/x", "x" * 300)
    assert [typed_folder(text, tmp_path, may_be_new=True) for text in unheard] == [""] * 3


def test_that_a_folder_that_is_there_comes_before_a_home_of_that_name(tmp_path):
    (tmp_path / "~root").mkdir()
    assert Path(typed_folder("~root", tmp_path)) == tmp_path / "~root"
    assert Path(typed_folder("~", tmp_path)) == Path.home()


def test_that_a_typed_folder_is_cleaned_as_a_chosen_one_is(tmp_path):
    (tmp_path / "w").mkdir()
    assert typed_folder("w/../w/", tmp_path) == str(tmp_path / "w")
