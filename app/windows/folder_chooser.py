"""Asks for a folder, and takes the one that was typed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QWidget


def choose_folder(parent: QWidget, title: str, start: str, *, may_be_new: bool = False) -> str:
    """Empty where none was chosen. One that `may_be_new` is made by what is put into it."""
    chooser = FolderChooser(parent, title, start, may_be_new=may_be_new)
    accepted = chooser.exec() == QFileDialog.DialogCode.Accepted
    chosen = (chooser.typed or chooser.selectedFiles()[0]) if accepted else ""
    chooser.deleteLater()
    return chosen


class FolderChooser(QFileDialog):
    """Where Enter ended a path while its completions were shown, Qt itself may return the folder above it."""

    def __init__(self, parent: QWidget | None, title: str, start: str, *, may_be_new: bool = False) -> None:
        super().__init__(parent, title, start)
        self._may_be_new = may_be_new
        self.typed = ""
        """The folder that stands in the line; a dialog of the desktop has no such line."""
        self.setFileMode(QFileDialog.FileMode.Directory)
        self.setOption(QFileDialog.Option.ShowDirsOnly)

    def accept(self) -> None:
        line = self.findChild(QLineEdit, "fileNameEdit")
        text = line.text().strip() if line is not None else ""
        folder = Path(self.directory().absolutePath()) / Path(text).expanduser()
        new = self._may_be_new and bool(text) and not folder.exists()
        self.typed = str(folder) if new or (text and folder.is_dir()) else ""
        if new:
            QDialog.accept(self)  # Qt's own wants it to be there
        else:
            super().accept()
