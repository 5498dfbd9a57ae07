"""The words that this project and head know, for what the search box offers."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from app.jobs.background import Background
from app.queue.ranking import Pool
from app.workspace import Workspace
from core.find.completing import Vocabulary
from core.names import BUILT_IN
from core.project import Project
from core.project.listing import Listing
from core.store.columns import ImageTable

READ = "read the folders"
"""Work beside the window's thread."""


class VocabularyReader(QObject):
    """Folders are read once for each pool, with the paths that a search goes by."""

    def __init__(self, workspace: Workspace, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._background = background
        self._listing = Listing(ImageTable(workspace.pool.ids, workspace.pool.hashes))
        self._of: Pool = workspace.pool
        self._folders: tuple[str, ...] = ()

    def listing(self) -> Listing:
        """Of the pool of now."""
        pool = self._workspace.pool
        if pool is not self._of:
            self._of, self._folders = pool, ()
            self._listing = Listing(ImageTable(pool.ids, pool.hashes))
        return self._listing

    def read(self) -> None:
        """Begins to read, so that the first search need not."""
        project, listing = self._workspace.project, self.listing()
        if project is not None and not self._folders:
            work = partial(_read, project.folder, listing)
            self._background.run(READ, work, partial(self._take, listing, project.roots))

    def vocabulary(self) -> Vocabulary:
        head, project = self._workspace.head, self._workspace.project
        if head is None or project is None:
            return Vocabulary(folders=self._folders)
        return Vocabulary(
            kind=head.kind,
            labels=tuple(label.name for label in head.labels),
            folders=self._folders,
            versions=tuple(version.number for version in project.versions.of(head.head_id)),
            reads_text=head.encoder != BUILT_IN,
        )

    def _take(self, listing: Listing, roots: tuple[str, ...], folders: tuple[str, ...]) -> None:
        """Below the image folders: these stand before all of them and tell nothing apart."""
        if listing is self._listing:
            starts = tuple(f"{root.rstrip('/')}/" for root in roots)
            below = [(folder, next((one for one in starts if folder.startswith(one)), "")) for folder in folders]
            self._folders = tuple(folder.removeprefix(start) for folder, start in below if start)


def _read(folder: Path, listing: Listing) -> tuple[str, ...]:
    with Project.open(folder, read_only=True) as project:
        return listing.paths(project).folders
