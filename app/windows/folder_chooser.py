"""Asks for a folder, and takes the one that was typed."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QWidget


def choose_folder(parent: QWidget, title: str, start: str, *, may_be_new: bool = False) -> str:
    """Empty where none was chosen. One that `may_be_new` is made by what is put into it."""
    chooser = FolderChooser(parent, title, start, may_be_new=may_be_new)
    accepted = chooser.exec() == QFileDialog.DialogCode.Accepted
    chosen = (chooser.typed or chooser.selectedFiles()[0]) if accepted else ""
    chooser.deleteLater()
    return chosen


def typed_folder(text: str, below: Path, *, may_be_new: bool = False) -> str:
    """The folder that is meant by what was typed; empty where there is none. One named `~x` comes before a home."""
    try:
        literal = below / text
        folder = literal if literal.is_dir() else below / Path(text).expanduser()
        meant = folder.is_dir() or (may_be_new and not folder.exists())
    except (OSError, RuntimeError):  # a name that is too long, a home of nobody
        return ""
    return os.path.normpath(folder) if text and meant else ""


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
        self.typed = typed_folder(text, Path(self.directory().absolutePath()), may_be_new=self._may_be_new)
        if self.typed and not Path(self.typed).exists():
            QDialog.accept(self)  # Qt's own wants it to be there
        else:
            super().accept()
