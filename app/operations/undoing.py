"""Undo and redo: the last act, whatever it was and in whatever sitting, and back to its image."""

from __future__ import annotations

from collections.abc import Callable

from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError
from core.project import Project


def undo(workspace: Workspace) -> Changes:
    return _turn_back(workspace, lambda project: project.annotations.undo(), "nothing is left to undo")


def redo(workspace: Workspace) -> Changes:
    return _turn_back(workspace, lambda project: project.annotations.redo(), "nothing is left to redo")


def _turn_back(workspace: Workspace, act: Callable[[Project], Changes], nothing: str) -> Changes:
    project, head = workspace.opened()
    changes = act(project)
    if not changes.annotated:
        raise UserError(nothing)
    if changes.head is not None and changes.head != head.head_id:
        workspace.use_head(changes.head)
    focus = project.annotations.focus(changes)
    if focus is not None and focus < workspace.pool.size:
        workspace.queue.show(focus)
    workspace.announce(changes)
    return changes
