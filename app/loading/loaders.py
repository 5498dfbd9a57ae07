"""The loaders of pictures and thumbnails, reading from whatever project is open."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot

from app.loading.pictures import PictureLoader
from app.loading.thumbnails import ThumbnailLoader
from app.workspace import Workspace
from core.jobs.events import ScanResult
from core.project import Project
from core.values import ImageFile, ImageId


class Loaders(QObject):
    """Build it before whatever shows pictures, so that it hears of another project first."""

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._source: Project | None = None
        self._places: tuple[str, ...] = ()
        """The image folders, and of them again those that cannot be reached"""
        self.pictures = PictureLoader(self._locate, self)
        self.thumbnails = ThumbnailLoader(self._locate, None, self, pool=self.pictures.pool)
        workspace.changed.connect(self._follow)

    @Slot(object)
    def look_again(self, result: ScanResult) -> None:
        """After a scan: files may be elsewhere, or be back."""
        if result.found:
            self.read_anew()
        else:
            self.pictures.try_again()
            self.thumbnails.try_again()

    def read_anew(self) -> None:
        """What is remembered of files is no longer so: another project, or files that moved."""
        store = self._source.thumbnails if self._source is not None else None
        self.pictures.set_source(self._locate)
        self.thumbnails.set_source(self._locate, store)

    def close(self) -> None:
        self.thumbnails.close()
        self.pictures.close()

    @Slot(object, object)
    def _follow(self, changes: object, initiator: object) -> None:
        project = self._workspace.project
        places = (*project.roots, *project.lost_roots) if project is not None else ()
        if project is not self._source or places != self._places:
            self._source, self._places = project, places
            self.read_anew()

    def _locate(self, ids: Sequence[ImageId]) -> list[ImageFile]:
        project = self._workspace.project
        # A view that is out of sight may still ask for what another project held.
        return project.images.get_known(ids) if project is not None else []
