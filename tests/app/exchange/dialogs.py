"""What a person does in the dialogs of imports and exports, and what is read there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox

from app.bootstrap import Shell
from app.windows.import_answers_dialog import ImportAnswersDialog
from core.exchange.forms import AnswersForm
from tests.core.exchange.places import embed

TREE = {"0_pass": range(6), "1_jpeg": range(6, 10), "2_webp": range(10, 13)}


def opened(shell: Shell, kind: type[QDialog]) -> QDialog:
    return next(dialog for dialog in shell.window.findChildren(kind) if dialog.isVisible())


def ok(dialog: QDialog):
    return dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)


def exchanged(shell: Shell, qtbot) -> str:
    """Waits until the last order has been told of; returns what was said."""
    told: list[str] = []
    for signal in (shell.desk.notice, shell.desk.news):
        signal.connect(lambda text, *_: told.append(text))
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    return told[0]


def preview(shell: Shell, qtbot, form: AnswersForm, source: Path, head: str | None = None) -> ImportAnswersDialog:
    shell.dialogs.exchange.import_answers(form, source)
    dialog = opened(shell, ImportAnswersDialog)
    dialog.head.setCurrentIndex(dialog.head.findText(head or "A new", Qt.MatchFlag.MatchStartsWith))
    qtbot.waitUntil(lambda: dialog._found is not None)
    return dialog


def read(dialog: ImportAnswersDialog) -> list[tuple[str, str, int]]:
    return [(row.source, row.read_as, row.files) for row in dialog.table.rows.rows]


def choose_head(dialog: ImportAnswersDialog, name: str) -> None:
    dialog.head.setCurrentIndex(dialog.head.findText(name, Qt.MatchFlag.MatchStartsWith))


def embedded(shell: Shell) -> None:
    embed(shell.workspace.project)
