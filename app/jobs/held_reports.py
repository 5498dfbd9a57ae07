"""Reports of the worker that come while a large act is written: taken in then, they would hold the window up."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app.workspace import Workspace
from core.jobs.events import (
    Event,
    FilesGone,
    FilesScanned,
    ImagesFailed,
    JobFinished,
    KinFound,
    ShardWritten,
)

_TAKEN_IN = FilesScanned | FilesGone | KinFound | ImagesFailed | ShardWritten | JobFinished
"""Reports that are written into the project."""


class HeldReports(QObject):
    """Hands on what comes, in its order; from a report that must wait on, all of it waits."""

    def __init__(self, workspace: Workspace, take: Callable[[Event], None], parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._take = take
        self._held: deque[Event] = deque()
        workspace.large_acts.written.connect(self._go_on)

    @Slot(object)
    def hear(self, event: Event) -> None:
        self._held.append(event)
        self._go_on()

    def _must_wait(self, event: Event) -> bool:
        return isinstance(event, _TAKEN_IN) and self._workspace.large_acts.is_under_way(self._workspace.project)

    @Slot()
    def _go_on(self) -> None:
        while self._held and not self._must_wait(self._held[0]):
            self._take(self._held.popleft())
