"""Asks for files and folders: pictures, heads, tables; and whether files are really to be moved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from core.names import MANIFEST
from core.scoring.tables import ENDINGS
from core.scoring.transfers import Act


def ask_pictures(parent: QWidget) -> list[Path]:
    names, _ = QFileDialog.getOpenFileNames(parent, "Pictures to try")
    return [Path(name) for name in names]


def ask_heads(parent: QWidget) -> list[Path]:
    names, _ = QFileDialog.getOpenFileNames(parent, "Head files", filter="Heads (*.safetensors *.pth)")
    return [Path(name) for name in names]


def ask_folder(parent: QWidget, title: str) -> Path | None:
    name = name_folder(parent, title)
    return Path(name) if name else None


def ask_manifest(parent: QWidget) -> Path | None:
    """The table that a transfer left in its folder."""
    name, _ = QFileDialog.getOpenFileName(parent, "Put files back by their table", filter=f"Tables ({MANIFEST}*.csv)")
    return Path(name) if name else None


def ask_table(parent: QWidget) -> Path | None:
    """With an ending of no table it becomes CSV."""
    name, _ = QFileDialog.getSaveFileName(parent, "Write a table", filter="Tables (*.csv *.jsonl *.parquet)")
    return _ending_in(name, *ENDINGS)


def ask_sheet(parent: QWidget) -> Path | None:
    name, _ = QFileDialog.getSaveFileName(parent, "Write a contact sheet", filter="Pictures (*.png)")
    return _ending_in(name, ".png")


def allows(parent: QWidget, act: Act, what: str, folder: str) -> bool:
    """Asks before a move alone: `what` is "9 files"."""
    return act is not Act.MOVE or confirms_move(parent, what, folder)


def confirms_move(parent: QWidget, files: str, folder: str) -> bool:
    """Moving is the one act that changes where a person's pictures lie."""
    button = QMessageBox.StandardButton
    asked = QMessageBox(QMessageBox.Icon.Question, "Move files", f"Move {files} to {folder}?", parent=parent)
    asked.setInformativeText("They leave the folders they are in. A table in the new folder can put them back.")
    asked.setStandardButtons(button.Ok | button.Cancel)
    asked.button(button.Ok).setText("Move")
    asked.setDefaultButton(button.Cancel)
    asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return asked.exec() == button.Ok


def _ending_in(name: str, *endings: str) -> Path | None:
    """The first of the endings is added where it has none of them."""
    if not name:
        return None
    return Path(name) if name.lower().endswith(endings) else Path(f"{name}{endings[0]}")


def name_head(parent: QWidget) -> str:
    """Path of a head file; empty where none was chosen, as of the two below."""
    return QFileDialog.getOpenFileName(parent, "Head file", filter="Heads (*.safetensors *.pth)")[0]


def name_table(parent: QWidget) -> str:
    return QFileDialog.getOpenFileName(parent, "Table of answers", filter="Tables (*.csv);;All files (*)")[0]


def name_folder(parent: QWidget, title: str = "Folder") -> str:
    return QFileDialog.getExistingDirectory(parent, title)
