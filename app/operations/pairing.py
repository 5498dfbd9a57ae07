"""Pairs: which of the images is the better one, committed before the next pair is shown."""

from __future__ import annotations

from collections.abc import Sequence

from app.workspace import Workspace
from core.changes import Changes
from core.pairs import Comparison


def judge_pairs(workspace: Workspace, said: Sequence[Comparison]) -> Changes:
    """One act."""
    project, head = workspace.opened()
    changes = project.pairs.judge(head.head_id, said)
    workspace.announce(changes)
    return changes
