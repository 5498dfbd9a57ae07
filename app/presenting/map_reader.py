"""Has the map of the embeddings made or read, on a thread of its own: it takes seconds the first time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs.background import Background
from app.queue.ranking import Pool
from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError, WinnowError
from core.project import Project
from core.project.mapping import ImageMap, map_images
from core.store.columns import ImageTable
from core.values import Head, HeadId

MAP = "map the images"
"""Work beside the window's thread."""


class MapReader(QObject):
    arrived = Signal()
    """What was asked for is there, or cannot be."""

    def __init__(self, workspace: Workspace, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._background = background
        self._found: ImageMap | str | None = None
        self._grown = False
        """Images were embedded since."""
        self._of: tuple[Path, HeadId, str] | None = None
        workspace.changed.connect(self._follow)

    @property
    def waiting(self) -> bool:
        return self._found is None

    def ask(self, head: Head) -> ImageMap | str | None:
        """A map, why there is none, or None while it is being made; `arrived` tells when that is over."""
        project = self._workspace.project
        if project is None:
            return "no project is open"
        asked = (project.folder, head.head_id, head.encoder)
        if asked != self._of or (self._grown and not self.waiting):
            self._of, self._found, self._grown = asked, None, False
            is_cancelled = partial(self._unwanted, asked)
            work = partial(
                _read, project.folder, head.head_id, self._workspace.pool, is_cancelled, keep=self._workspace.writable
            )
            self._background.run(MAP, work, partial(self._take, asked))
        return self._found

    def _unwanted(self, asked: tuple[Path, HeadId, str]) -> bool:
        return self._background.closed or self._of != asked

    def _take(self, asked: tuple[Path, HeadId, str], found: ImageMap | str) -> None:
        if asked == self._of:
            self._found = found
            self.arrived.emit()

    @Slot(object, object)
    def _follow(self, changes: Changes, initiator: object) -> None:
        if changes.images or changes.heads:
            self._of, self._found = None, None
        self._grown |= changes.embeddings


def _read(folder: Path, head_id: HeadId, pool: Pool, is_cancelled: Callable[[], bool], *, keep: bool) -> ImageMap | str:
    """Reads the project beside the window; the map is kept for the next time."""
    try:
        with Project.open(folder, read_only=True) as project:
            head, table = project.heads.by_id(head_id), ImageTable(pool.ids, pool.hashes)
            return map_images(project, head, table, keep=keep, is_cancelled=is_cancelled)
    except UserError as error:
        return error.problem
    except WinnowError as error:
        return str(error)
