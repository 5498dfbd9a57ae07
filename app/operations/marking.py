"""Marks beside the answer: skipped, excluded, flagged, pinned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from app.operations.beside import write_act
from app.workspace import Workspace
from core.changes import Changes
from core.values import Field, ImageId


def skip(workspace: Workspace, ids: Sequence[ImageId], *, advance: bool) -> Changes | None:
    """The images come again at the end of the queue."""
    _, head = workspace.opened()
    if workspace.again.times_of(ids) is not None:  # it has its answer already, and comes another time
        workspace.go_to(workspace.queue.position + 1)
        return Changes(head=head.head_id)

    def defer(changes: Changes) -> None:
        workspace.queue.defer(ids)
        workspace.announce(changes, advance=advance)

    return _mark(workspace, ids, Field.SKIPPED, defer, on=True)


def exclude(workspace: Workspace, ids: Sequence[ImageId], *, advance: bool) -> Changes | None:
    """Out of training for good; if all of them are out already, back in."""
    on = not all(workspace.board.standing(image_id).excluded for image_id in ids)
    return _mark(workspace, ids, Field.EXCLUDED, partial(workspace.announce, advance=advance and on), on=on)


def flag(workspace: Workspace, ids: Sequence[ImageId]) -> Changes | None:
    on = not all(workspace.board.standing(image_id).flagged for image_id in ids)
    return _mark(workspace, ids, Field.FLAGGED, workspace.announce, on=on)


def pin(workspace: Workspace, ids: Sequence[ImageId]) -> Changes | None:
    """Into the regression set; if all of them are in it already, out again."""
    on = not all(workspace.board.standing(image_id).pinned for image_id in ids)
    return _mark(workspace, ids, Field.PINNED, workspace.announce, on=on)


def _mark(
    workspace: Workspace, ids: Sequence[ImageId], field: Field, take: Callable[[Changes], object], *, on: bool
) -> Changes | None:
    project, head = workspace.opened()
    work = partial(project.annotations.mark, head.head_id, ids, field, on=on)
    return write_act(workspace, len(ids), work, take)
