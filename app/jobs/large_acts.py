"""Which large acts are on their way to the disk, and where they are written."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.jobs.background import Background
from core.project import Project


class LargeActs(QObject):
    """Nothing else is written into a project meanwhile: it would hold the window up until they are there."""

    begun = Signal(int)
    """A person's act on so many images"""
    done = Signal(object)
    """Changes of such an act, which were announced"""
    written = Signal()
    """One is there, or could not be written."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.aside: Background | None = None
        """Without one they are written at once."""
        self._under_way: list[Project] = []
        """Once for each act."""

    def is_under_way(self, project: Project | None) -> bool:
        return project in self._under_way

    def begin(self, project: Project) -> None:
        self._under_way.append(project)

    def end(self, project: Project) -> None:
        self._under_way.remove(project)
        self.written.emit()
