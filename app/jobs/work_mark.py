"""Keeps written down what is under way, so that the next opening can tell what a window that ended has cut off."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.jobs.runner import JobRunner
from app.settings import SettingsFile
from app.workspace import Workspace


class WorkMark(QObject):
    """Written when work begins and when it has ended, however the window may end in between."""

    def __init__(self, workspace: Workspace, jobs: JobRunner, settings: SettingsFile, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._jobs = jobs
        self._settings = settings
        jobs.state_changed.connect(self._note)

    @Slot()
    def _note(self) -> None:
        project = self._workspace.project
        if project is not None and self._workspace.writable:
            training, exchange = self._jobs.training_head, self._jobs.exchanges.under_way
            self._settings.note_under_way(project.folder, training=training, exchange=exchange)


def cut_off_text(trained: str, exchange: str) -> str:
    """What is told at the next opening; empty where nothing was cut off."""
    told = []
    if exchange:
        lost = ", and nothing of it was taken in" if exchange.startswith("Importing") else ""
        told.append(f"{exchange} was cut off with the window{lost}: do it again")
    if trained:
        told.append(f"The retrain of {trained} was cut off with the window; Ctrl+R starts it again")
    return ". ".join(told)
