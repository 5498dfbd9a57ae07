"""When a head is trained by itself: after so many answers that no version knows yet."""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.settings import SettingsFile
from app.workspace import Workspace
from core.errors import UserError
from core.project import Project
from core.project.untaught import count_said, count_untaught
from core.values import Head, HeadId

_log = logging.getLogger(__name__)


class AutoRetrain:
    """What failed is tried again only after as many answers more."""

    def __init__(self, workspace: Workspace, settings: SettingsFile, train: Callable[[], None]) -> None:
        """`train` asks for a version of the current head. Raises UserError."""
        self._workspace = workspace
        self._settings = settings
        self._train = train
        self._tried: dict[HeadId, int] = {}

    def clear(self) -> None:
        """Of another project."""
        self._tried.clear()

    def follow(self) -> None:
        """After an answer, or a version; once for each so many answers the head is trained."""
        settings, project, head = self._settings.value, self._workspace.project, self._workspace.head
        if not settings.auto_retrain or project is None or head is None:
            return
        if not self._is_due(project, head, settings.retrain_after):
            return
        try:
            self._train()
        except UserError as error:
            _log.info("no retrain by itself: %s", error)

    def _is_due(self, project: Project, head: Head, after: int) -> bool:
        if count_untaught(project, head) < after:
            return False
        count = count_said(project, head)  # counts every answer there is: not at every key
        if count < self._tried.get(head.head_id, -1) + after:
            return False
        self._tried[head.head_id] = count
        return True
