"""Choosers of files and folders open where something was chosen last."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QWidget

from app.bootstrap import Shell
from app.settings import SettingsFile
from app.windows import file_choosers
from app.windows.folder_chooser import FolderChooser
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
