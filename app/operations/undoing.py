"""Undo and redo: the last act, whatever it was and in whatever sitting, and back to its image."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.jobs.background import Background
from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError, WinnowError
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
        report: Callable[[BaseException], object],
    ) -> None:
        """`told` hears of an act that was turned back later, `say` of what goes on, `report` of what went wrong."""
        self._workspace = workspace
        self._beside = beside
        self._told = told
        self._say = say
        self._report = report
        self._under_way: Project | None = None

    def undo(self) -> Changes | None:
        return self._turn(redo=False)

    def redo(self) -> Changes | None:
        return self._turn(redo=True)

    def _turn(self, *, redo: bool) -> Changes | None:
        """None where it is done later. Raises UserError."""
        project, _ = self._workspace.opened()
        if self._under_way is project:
            raise UserError("a large act is still being taken back or done again", "wait a second")
        rows = project.annotations.rows_to_turn(redo=redo)
        if rows < LARGE:
            return _turn_back(self._workspace, redo=redo)
        self._under_way = project
        self._say(f"{'Doing' if redo else 'Taking back'} {rows:,} answers{' again' if redo else ''} …")
        self._beside.run(_ORDER, partial(_tried, project, redo=redo), partial(self._take, project, redo=redo))
        return None

    def _take(self, project: Project, changes: Changes | WinnowError, *, redo: bool) -> None:
        self._under_way = None
        if self._workspace.project is not project:
            return
        if isinstance(changes, WinnowError):
            self._report(changes)
        else:
            _show(self._workspace, project, changes)
            self._told("redo" if redo else "undo", changes)


def _tried(project: Project, *, redo: bool) -> Changes | WinnowError:
    try:
        return project.annotations.redo() if redo else project.annotations.undo()
    except WinnowError as error:
        return error


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
