"""Versions: which one is in force, and a person's note on one."""

from __future__ import annotations

from app.workspace import Workspace
from core.changes import Changes
from core.project.outputs import check_version


def use_version(workspace: Workspace, number: int) -> Changes:
    project, head = workspace.opened()
    check_version(project, head, number)
    changes = project.versions.use(head.head_id, number)
    workspace.announce(changes)
    return changes


def note_version(workspace: Workspace, number: int, note: str) -> Changes:
    project, head = workspace.opened()
    changes = project.versions.annotate(head.head_id, number, note)
    workspace.announce(changes)
    return changes
