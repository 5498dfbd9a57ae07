"""What the dialogs of a window ask about, and to whom they hand what was chosen."""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import ErrorDesk
from app.jobs.runner import JobRunner
from app.settings import SettingsFile
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.errors import UserError
from core.project import Project


@dataclass(frozen=True, slots=True)
class DialogContext:
    workspace: Workspace
    jobs: JobRunner
    settings: SettingsFile
    desk: ErrorDesk
    window: MainWindow

    def project(self) -> Project:
        """The open one. Raises UserError where there is none."""
        project = self.workspace.project
        if project is None:
            raise UserError("no project is open", "open a folder of images first")
        return project
