"""Marks beside the answer: skipped, excluded, flagged, pinned."""

from __future__ import annotations

from collections.abc import Sequence

from app.workspace import Workspace
from core.changes import Changes
from core.values import Field, ImageId


def skip(workspace: Workspace, ids: Sequence[ImageId], *, advance: bool) -> Changes:
    """The images come again at the end of the queue."""
    project, head = workspace.opened()
    if workspace.again.times_of(ids) is not None:  # it has its answer already, and comes another time
        workspace.go_to(workspace.queue.position + 1)
        return Changes(head=head.head_id)
    changes = project.annotations.mark(head.head_id, ids, Field.SKIPPED, on=True)
    for image_id in ids:
        workspace.queue.defer(image_id)
    workspace.announce(changes, advance=advance)
    return changes


def exclude(workspace: Workspace, ids: Sequence[ImageId], *, advance: bool) -> Changes:
    """Out of training for good; if all of them are out already, back in."""
    project, head = workspace.opened()
    on = not all(workspace.board.standing(image_id).excluded for image_id in ids)
    changes = project.annotations.mark(head.head_id, ids, Field.EXCLUDED, on=on)
    workspace.announce(changes, advance=advance and on)
    return changes


def flag(workspace: Workspace, ids: Sequence[ImageId]) -> Changes:
    project, head = workspace.opened()
    on = not all(workspace.board.standing(image_id).flagged for image_id in ids)
    changes = project.annotations.mark(head.head_id, ids, Field.FLAGGED, on=on)
    workspace.announce(changes)
    return changes


def pin(workspace: Workspace, ids: Sequence[ImageId]) -> Changes:
    """Into the regression set; if all of them are in it already, out again."""
    project, head = workspace.opened()
    on = not all(workspace.board.standing(image_id).pinned for image_id in ids)
    changes = project.annotations.mark(head.head_id, ids, Field.PINNED, on=on)
    workspace.announce(changes)
    return changes
