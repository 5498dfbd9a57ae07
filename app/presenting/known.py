"""What a retrain would go by that it did not go by before; worked out once the project has been left alone a while."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.jobs.background import Background
from app.workspace import Workspace
from core.changes import Changes
from core.errors import WinnowError
from core.project import Project
from core.project.untaught import count_untaught, nothing_new
from core.values import HeadId

KNOWN = "what a retrain would go by"
REST_MS = 500
"""A scan and a run of keys change the project many times a second."""


class KnownReader(QObject):
    arrived = Signal()

    def __init__(self, workspace: Workspace, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._background = background
        self.found = ""
        """Of the project and the head on screen as they are now; empty until it is known, or where answers are new."""
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask)
        workspace.changed.connect(self._follow)

    @Slot(object, object)
    def _follow(self, changes: Changes, initiator: object) -> None:
        self.found = ""
        self._background.forget(KNOWN)
        self._rest.start()

    @Slot()
    def _ask(self) -> None:
        project, head = self._workspace.project, self._workspace.head
        if project is not None and head is not None and head.version is not None:
            self._background.run(KNOWN, partial(_read, project.folder, head.head_id), self._take)

    def _take(self, found: str) -> None:
        self.found = found
        if found:
            self.arrived.emit()


def _read(folder: Path, head_id: HeadId) -> str:
    """Reads the project beside the window, which may close its own; where that fails nothing is said."""
    try:
        with Project.open(folder, read_only=True) as project:
            head = project.heads.by_id(head_id)
            return nothing_new(project, head, count_untaught(project, head))
    except WinnowError:
        return ""
