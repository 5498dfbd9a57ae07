"""The dialog of a head, opened without asking which encoders are at hand."""

from __future__ import annotations

from app.operations import heads
from app.windows.encoder_choices import EncoderListing
from app.windows.head_dialog import HeadBegin, HeadDialog


class SilentListing(EncoderListing):
    """Knows what is known without asking."""

    def ask(self) -> None:
        pass


def dialog_for(shell, qtbot, *, edit: bool = False, begin: HeadBegin | None = None) -> HeadDialog:
    workspace = shell.workspace
    if edit:
        head = workspace.head

        def apply(draft):
            return heads.edit_head(workspace, head.head_id, draft)
    else:
        head = None

        def apply(draft):
            return heads.add_head(workspace, draft)

    dialog = HeadDialog(SilentListing(), apply, head, begin=begin)
    qtbot.addWidget(dialog)
    return dialog


def choose_start(dialog: HeadDialog, title: str) -> None:
    row = next(row for row in range(dialog.start.count()) if dialog.start.itemText(row).startswith(title))
    dialog.start.setCurrentIndex(row)
    dialog.start.activated.emit(row)
