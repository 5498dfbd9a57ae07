"""Tells when a hunt has found enough, which it does with no key pressed for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app.queue.hunting import Hunt, hunt_of
from app.workspace import Workspace
from core.changes import Changes
from core.values import HeadId, Strategy


class HuntWatch(QObject):
    """Says so at the answer that ends a hunt, and never of one that was over when it was taken up."""

    def __init__(self, workspace: Workspace, notify: Callable[[str], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._notify = notify
        self._hunted: tuple[HeadId, int] | None = None
        self._was_over = False
        workspace.changed.connect(self._follow)
        workspace.moved.connect(self._look)

    @Slot(object, object)
    def _follow(self, changes: Changes, initiator: object) -> None:
        hunted, was_over = self._hunted, self._was_over
        hunt = self._read()
        if changes.annotated and hunt is not None and hunt.over and self._hunted == hunted and not was_over:
            self._notify(hunt.end_text())

    @Slot()
    def _look(self) -> None:
        """Another order may have been chosen."""
        if self._wanted() != self._hunted:
            self._read()

    def _read(self) -> Hunt | None:
        self._hunted = self._wanted()
        if self._hunted is None or self._workspace.head is None:
            return None
        hunt = hunt_of(self._workspace.board, self._workspace.head, self._hunted[1], self._workspace.chosen.enough)
        self._was_over = hunt.over
        return hunt

    def _wanted(self) -> tuple[HeadId, int] | None:
        workspace = self._workspace
        if workspace.head is None or workspace.target is None or workspace.strategy is not Strategy.HUNT:
            return None
        return workspace.head.head_id, workspace.target
