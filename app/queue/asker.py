"""Lets a small share of the answered images come back, drawn beside the window's thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot

from app.jobs.background import Background
from app.queue.again import Drawn, draw_beside
from app.workspace import Workspace
from core.changes import Changes

TOPIC = "asked again"
"""Of the work beside the window's thread."""


class Asker(QObject):
    """Whether one is due is looked at after every act; which one it is takes a look at all answers."""

    def __init__(self, workspace: Workspace, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._background = background
        workspace.changed.connect(self._follow)

    @Slot(object, object)
    def _follow(self, changes: Changes, initiator: object) -> None:
        workspace = self._workspace
        project, head = workspace.project, workspace.head
        if project is None or head is None or not workspace.writable or not changes.annotated:
            return
        if workspace.again.is_due(workspace.board.count_answered()):
            seen = workspace.again.seen_lately()
            self._background.run(TOPIC, partial(draw_beside, project.folder, head, seen), self._take)

    def _take(self, drawn: Drawn | None) -> None:
        if drawn is not None:
            self._workspace.ask_again(drawn)
