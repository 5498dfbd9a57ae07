"""A dialog that saves while a large act is written: it stays open, says so, and saves as soon as that is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtWidgets import QDialog

from app.workspace import Workspace
from core.errors import UserError

Draft = TypeVar("Draft")


class InTurn(Generic[Draft]):
    """Stands between the dialog and what takes its draft."""

    def __init__(self, workspace: Workspace, take: Callable[[Draft], object]) -> None:
        self._workspace = workspace
        self._take = take
        self._waits = False
        self.dialog: QDialog | None = None

    def __call__(self, draft: Draft) -> None:
        """Raises UserError while it waits: the dialog says why."""
        project, acts = self._workspace.project, self._workspace.large_acts
        if project is None or not acts.is_under_way(project):
            self._take(draft)
            return
        if not self._waits:
            acts.after(project, self._press)
            self._waits = True
        raise UserError("a large act is still being written", "this comes right after it")

    def show(self, dialog: QDialog) -> None:
        """Once it is made."""
        self.dialog = dialog
        dialog.finished.connect(self._forget)

    def _press(self) -> None:
        """With what stands in the dialog by then."""
        self._waits = False
        if self.dialog is not None:
            self.dialog.accept()

    def _forget(self) -> None:
        """Closed or cancelled: what it asked for is not wanted any more."""
        self.dialog = None
