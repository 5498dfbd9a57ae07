"""A head from elsewhere learns nothing here, so it judges what was embedded after it came in when the work is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from app.jobs.runner import JobRunner
from app.operations import exchanging
from app.operations.exchanging import Ending, HeadFileDraft
from app.workspace import Workspace
from core.project import Project
from core.project.incoming import NOT_MEASURED
from core.values import Head, VersionInfo


class Rejudging(QObject):
    """Looks whenever the worker has nothing to do; of the current head, whose answers are on screen."""

    def __init__(
        self, workspace: Workspace, jobs: JobRunner, device: Callable[[], str], ending: Ending, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._jobs = jobs
        self._device = device
        self._ending = ending
        self._asked: tuple[str, int] | None = None
        """Version and number of embedded images that it was asked about last: never twice about the same."""
        self._timer = QTimer(self, singleShot=True, interval=0)  # what is wanted next has begun by then
        self._timer.timeout.connect(self._look)
        jobs.state_changed.connect(self._timer.start)

    @Slot()
    def _look(self) -> None:
        project, head, version = self._workspace.project, self._workspace.head, self._workspace.version
        if self._jobs.state is not None or project is None or head is None or version is None:
            return
        if version.metrics.by != NOT_MEASURED or not self._workspace.writable:
            return
        embedded = _embedded(project, head)
        judged = project.predictions(head)
        if (version.folder, embedded) != self._asked and embedded > (0 if judged is None else len(judged)):
            self._asked = version.folder, embedded
            self._order(project, head, version)

    def _order(self, project: Project, head: Head, version: VersionInfo) -> None:
        draft = HeadFileDraft(str(project.folder / version.folder), head.name, None, head.tiles, head.combine)
        exchanging.import_head(self._workspace, self._jobs, self._device(), draft, self._ending)


def _embedded(project: Project, head: Head) -> int:
    signature = project.encoders.signature(head.encoder, head.tiles)
    return 0 if signature is None else len(project.embeddings(signature))
