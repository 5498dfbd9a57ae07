"""Undo and redo: the last act, whatever it was and in whatever sitting, and back to its image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from app.jobs.background import Background
from app.operations.beside import LARGE, write_beside
from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError
from core.project import Project
from core.values import HeadId


def undo(workspace: Workspace) -> Changes:
    return _turn_back(workspace, redo=False)


class Undoing:
    """A large act is turned back beside the window's thread and shown when that is done."""

    def __init__(
        self,
        workspace: Workspace,
        beside: Background,
        told: Callable[[str, Changes], object],
        say: Callable[[str], object],
    ) -> None:
        """`told` hears of every act that was turned back, `say` of what goes on."""
        self._workspace = workspace
        self._beside = beside
        self._told = told
        self._say = say

    def undo(self) -> None:
        """Raises UserError."""
        self._turn(redo=False)

    def redo(self) -> None:
        """Raises UserError."""
        self._turn(redo=True)

    def _turn(self, *, redo: bool) -> None:
        project = self._workspace.opened_for_writing()
        act, rows = project.annotations.to_turn(redo=redo) or (None, 0)
        if rows < LARGE:
            self._told("redo" if redo else "undo", _turn_back(self._workspace, redo=redo))
            return
        self._say(f"{'Doing' if redo else 'Taking back'} {rows:,} answers{' again' if redo else ''} …")
        turn = project.annotations.redo if redo else project.annotations.undo
        take = partial(self._take, project, redo=redo)
        write_beside(self._workspace, self._beside, project, partial(turn, expected=act), take)

    def _take(self, project: Project, changes: Changes, *, redo: bool) -> None:
        if self._workspace.project is project:
            _show(self._workspace, project, changes)
            self._told("redo" if redo else "undo", changes)


def _turn_back(workspace: Workspace, *, redo: bool) -> Changes:
    project = workspace.opened_for_writing()
    changes = project.annotations.redo() if redo else project.annotations.undo()
    if changes.act is None:
        raise UserError(f"nothing is left to {'redo' if redo else 'undo'}")
    _show(workspace, project, changes)
    return changes


def _show(workspace: Workspace, project: Project, changes: Changes) -> None:
    """Turns to the head and to the first image that it is about."""
    if changes.heads:
        _follow_edits(workspace, project, changes)
    _turn_to(workspace, changes.head)
    of_pairs = changes.act is not None and bool(project.pairs.of_act(changes.act))
    focus = None if of_pairs else project.annotations.focus(changes)  # the view of pairs leads back to its own
    if focus is not None and focus < workspace.pool.size:
        if workspace.picked is not None and focus not in workspace.picked.ids:
            workspace.unpick()
        workspace.queue.show(focus)
    if changes.annotated or not changes.heads:
        workspace.announce(replace(changes, heads=False, versions=False))


def _follow_edits(workspace: Workspace, project: Project, changes: Changes) -> None:
    """First: until then the workspace may know nothing of a head that is back, or have one that is gone."""
    workspace.announce(replace(changes, annotated=frozenset()))
    edits = project.edits.of_act(changes.act) if changes.act is not None else []
    drawn_anew = any("audit_share" in one.after for one in edits)
    if drawn_anew and workspace.head is not None and workspace.head.head_id == changes.head:
        workspace.use_head(workspace.head.head_id)


def _turn_to(workspace: Workspace, head_id: HeadId | None) -> None:
    current = workspace.head.head_id if workspace.head is not None else None
    if head_id not in (None, current) and any(head.head_id == head_id for head in workspace.heads):
        assert head_id is not None
        workspace.use_head(head_id)
