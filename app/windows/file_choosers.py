"""Asks for files and folders: pictures, heads, tables; and whether files are really to be moved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.windows.folder_chooser import choose_folder
from app.windows.last_folder import LastFolder
from core.names import MANIFEST
from core.scoring.tables import ENDINGS
from core.scoring.transfers import Act
from core.wording import sentence

if TYPE_CHECKING:
    from core.project.moved import MovedFolder

_HEADS = "Heads (*.safetensors *.pth)"


def ask_pictures(parent: QWidget) -> list[Path]:
    return _open_files(parent, "Pictures to try")


def ask_heads(parent: QWidget) -> list[Path]:
    return _open_files(parent, "Head files", _HEADS)


def ask_folder(parent: QWidget, title: str) -> Path | None:
    name = name_folder(parent, title)
    return Path(name) if name else None


def ask_target(parent: QWidget) -> Path | None:
    """The folder that files are put in, which need not be there yet."""
    chosen = choose_folder(parent, "Folder to put them in", _last(parent), may_be_new=True)
    return Path(name) if (name := _remembered(parent, chosen)) else None


def ask_manifest(parent: QWidget) -> Path | None:
    """The table that a transfer left in its folder."""
    name = _open_file(parent, "Put files back by their table", f"Tables ({MANIFEST}*.csv)")
    return Path(name) if name else None


def ask_table(parent: QWidget) -> Path | None:
    """With an ending of no table it becomes CSV."""
    return _ending_in(_new_file(parent, "Write a table", "Tables (*.csv *.jsonl *.parquet)"), *ENDINGS)


def ask_sheet(parent: QWidget) -> Path | None:
    return _ending_in(_new_file(parent, "Write a contact sheet", "Pictures (*.png)"), ".png")


def allows(parent: QWidget, act: Act, what: str, folder: str) -> bool:
    """Asks before a move alone: `what` is "9 files"."""
    return act is not Act.MOVE or confirms_move(parent, what, folder)


def confirms_move(parent: QWidget, files: str, folder: str) -> bool:
    """Moving is the one act that changes where a person's pictures lie."""
    asked = QMessageBox(QMessageBox.Icon.Question, "Move files", f"Move {files} to {folder}?", parent=parent)
    asked.setInformativeText("They leave the folders they are in. A table in the new folder can put them back.")
    return _says_yes(asked, "Move")


def confirms_moved(parent: QWidget, moved: MovedFolder) -> bool:
    """Where only some of the images of a moved folder are found."""
    text = f"{sentence(moved.text, [moved.old])}. Does the folder lie there now?"
    asked = QMessageBox(QMessageBox.Icon.Question, "This folder now lies in…", text, parent=parent)
    asked.setInformativeText(
        f"{moved.new} takes the place of {moved.old}. Images that are not found there are out of sight until Add "
        "images… takes in the folder that holds them; their answers are kept."
    )
    return _says_yes(asked, "It lies there")


def _says_yes(asked: QMessageBox, yes: str) -> bool:
    button = QMessageBox.StandardButton
    asked.setStandardButtons(button.Ok | button.Cancel)
    asked.button(button.Ok).setText(yes)
    asked.setDefaultButton(button.Cancel)
    asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return asked.exec() == button.Ok


def _ending_in(name: str, *endings: str) -> Path | None:
    """The first of the endings is added where it has none of them."""
    if not name:
        return None
    return Path(name) if name.lower().endswith(endings) else Path(f"{name}{endings[0]}")


def name_head(parent: QWidget) -> str:
    """Path of a head file; empty where none was chosen, as of those below."""
    return _open_file(parent, "Head file", _HEADS)


def name_table(parent: QWidget) -> str:
    return _open_file(parent, "Table of answers", "Tables (*.csv);;All files (*)")


def name_recipe(parent: QWidget) -> str:
    return _open_file(parent, "A recipe", "Recipes (*.yaml *.yml)")


def name_folder(parent: QWidget, title: str = "Folder") -> str:
    return _remembered(parent, choose_folder(parent, title, _last(parent)))


def _open_file(parent: QWidget, title: str, what: str) -> str:
    return _remembered(parent, QFileDialog.getOpenFileName(parent, title, _last(parent), what)[0])


def _open_files(parent: QWidget, title: str, what: str = "") -> list[Path]:
    names, _ = QFileDialog.getOpenFileNames(parent, title, _last(parent), what)
    if names:
        _remembered(parent, names[0])
    return [Path(name) for name in names]


def _new_file(parent: QWidget, title: str, what: str) -> str:
    return _remembered(parent, QFileDialog.getSaveFileName(parent, title, _last(parent), what)[0])


def _last(parent: QWidget) -> str:
    """Where to begin; empty for the working folder."""
    last = LastFolder.above(parent)
    return "" if last is None else last.path


def _remembered(parent: QWidget, chosen: str) -> str:
    last = LastFolder.above(parent)
    if chosen and last is not None:
        last.remember(Path(chosen))
    return chosen
