"""Asks for a folder, and takes the one that was typed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget


def choose_folder(parent: QWidget, title: str, start: str) -> str:
    """Empty where none was chosen."""
    chooser = _FolderChooser(parent, title, start)
    accepted = chooser.exec() == QFileDialog.DialogCode.Accepted
    chosen = (chooser.typed or chooser.selectedFiles()[0]) if accepted else ""
    chooser.deleteLater()
    return chosen


class _FolderChooser(QFileDialog):
    """Where Enter ended a path while its completions were shown, Qt itself may return the folder above it."""

    def __init__(self, parent: QWidget, title: str, start: str) -> None:
        super().__init__(parent, title, start)
        self.typed = ""
        """The folder that stands in the line; a dialog of the desktop has no such line."""
        self.setFileMode(QFileDialog.FileMode.Directory)
        self.setOption(QFileDialog.Option.ShowDirsOnly)

    def accept(self) -> None:
        line = self.findChild(QLineEdit, "fileNameEdit")
        text = line.text().strip() if line is not None else ""
        folder = Path(self.directory().absolutePath()) / Path(text).expanduser()
        self.typed = str(folder) if text and folder.is_dir() else ""
        super().accept()
