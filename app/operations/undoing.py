"""Undo and redo: the last act, whatever it was and in whatever sitting, and back to its image."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.jobs.background import Background
from app.operations.beside import write_beside
from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError
from core.project import Project

LARGE = 1_000
"""Rows of an act from which on it is taken back beside the window: an import of 20,000 images takes a second."""
_ORDER = "undo"


def undo(workspace: Workspace) -> Changes:
    return _turn_back(workspace, redo=False)


def redo(workspace: Workspace) -> Changes:
    return _turn_back(workspace, redo=True)


class Undoing:
    """The same, where a large act is turned back beside the window's thread and shown when that is done."""

    def __init__(
        self,
        workspace: Workspace,
        beside: Background,
        told: Callable[[str, Changes], object],
        say: Callable[[str], object],
    ) -> None:
        """`told` hears of an act that was turned back later, `say` of what goes on."""
        self._workspace = workspace
        self._beside = beside
        self._told = told
        self._say = say

    def undo(self) -> Changes | None:
        return self._turn(redo=False)

    def redo(self) -> Changes | None:
        return self._turn(redo=True)

    def _turn(self, *, redo: bool) -> Changes | None:
        """None where it is done later. Raises UserError."""
        project, _ = self._workspace.opened()
        act, rows = project.annotations.to_turn(redo=redo) or (None, 0)
        if rows < LARGE:
            return _turn_back(self._workspace, redo=redo)
        self._say(f"{'Doing' if redo else 'Taking back'} {rows:,} answers{' again' if redo else ''} …")
        turn = project.annotations.redo if redo else project.annotations.undo
        take = partial(self._take, project, redo=redo)
        write_beside(self._workspace, self._beside, _ORDER, project, partial(turn, expected=act), take)
        return None

    def _take(self, project: Project, changes: Changes, *, redo: bool) -> None:
        if self._workspace.project is project:
            _show(self._workspace, project, changes)
            self._told("redo" if redo else "undo", changes)


def _turn_back(workspace: Workspace, *, redo: bool) -> Changes:
    project, _ = workspace.opened()
    changes = project.annotations.redo() if redo else project.annotations.undo()
    if not changes.annotated:
        raise UserError(f"nothing is left to {'redo' if redo else 'undo'}")
    _show(workspace, project, changes)
    return changes


def _show(workspace: Workspace, project: Project, changes: Changes) -> None:
    head = workspace.head
    if changes.head is not None and head is not None and changes.head != head.head_id:
        workspace.use_head(changes.head)
    focus = project.annotations.focus(changes)
    if focus is not None and focus < workspace.pool.size:
        workspace.queue.show(focus)
    workspace.announce(changes)
