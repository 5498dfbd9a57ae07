"""Tells once of a version in force whose files are not there: nothing is predicted by it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app.workspace import Workspace
from core.changes import Changes
from core.project.outputs import lost_version


class VersionWatch(QObject):
    """Looks whenever a head comes up or a version is put in force."""

    def __init__(self, workspace: Workspace, warn: Callable[[str], object], parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._warn = warn
        self._told: str | None = None
        workspace.changed.connect(self._look)

    @Slot(object, object)
    def _look(self, changes: Changes, initiator: object) -> None:
        project, head = self._workspace.project, self._workspace.head
        if not (changes.heads or changes.versions) or project is None or head is None:
            return
        lost = lost_version(project, head)
        told, self._told = self._told, None if lost is None else f"{project.folder} {lost}"
        if lost is not None and told != self._told:
            self._warn(str(lost))
