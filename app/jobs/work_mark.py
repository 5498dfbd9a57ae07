"""Keeps written down what is under way, so that the next opening can tell what a window that ended has cut off."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.jobs.exchanges import Exchange
from app.jobs.runner import JobRunner
from app.settings import SettingsFile
from app.workspace import Workspace
from core.project import Project
from core.values import ActId, HeadId


class WorkMark(QObject):
    """Written when work begins and when it has ended, however the window may end in between."""

    def __init__(self, workspace: Workspace, jobs: JobRunner, settings: SettingsFile, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._jobs = jobs
        self._settings = settings
        self._first: Exchange | None = None
        jobs.state_changed.connect(self._note)
        workspace.large_acts.written.connect(self._note)

    @Slot()
    def _note(self) -> None:
        project = self._workspace.project
        if project is not None and self._workspace.writable:
            training, exchanges = self._jobs.training_head, self._jobs.exchanges
            is_next, self._first = exchanges.first is not self._first, exchanges.first
            note_work(self._settings, project, training=training, exchange=exchanges.under_way, is_next=is_next)


def note_work(
    settings: SettingsFile, project: Project, *, training: HeadId | None, exchange: str, is_next: bool
) -> None:
    """`is_next`: nothing of this exchange is written yet, though one of the same name may be."""
    folder = str(project.folder)
    if is_next or exchange != settings.value.exchanges.get(folder, ""):
        newest = project.acts.newest(limit=1)
        settings.note_acts(project.folder, newest[0].act_id if newest and exchange else None)
    settings.note_under_way(project.folder, training=training, exchange=exchange)


def lost_exchange(settings: SettingsFile, project: Project) -> str:
    """What the window has cut off, unless all of it was written just before the window ended."""
    folder = str(project.folder)
    since = project.acts.imported_since(ActId(settings.value.acts_before.get(folder, 0)))
    return "" if since else settings.value.exchanges.get(folder, "")


def cut_off_text(trained: str, exchange: str) -> str:
    """What is told at the next opening; empty where nothing was cut off."""
    told = []
    if exchange:
        lost = ", and nothing of it was taken in" if exchange.startswith("Importing") else ""
        told.append(f"{exchange} was cut off with the window{lost}: do it again")
    if trained:
        told.append(f"The retrain of {trained} was cut off with the window; Ctrl+R starts it again")
    return ". ".join(told)
