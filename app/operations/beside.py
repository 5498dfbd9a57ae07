"""Large acts, written beside the window's thread; nothing else is written into the project meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import uuid4

from app.jobs.background import Background
from app.workspace import Workspace
from core.changes import Changes
from core.project import Project
from core.values import Head

LARGE = 1_000
"""Images of an act from which on it is written beside the window: 20,000 answers take two seconds."""


def write_act(
    workspace: Workspace, images: int, work: Callable[[], Changes], take: Callable[[Changes], object]
) -> Changes | None:
    """Of a person: at once, and of many images beside, which `LargeActs.done` tells of; then this returns None."""
    project, head, acts = workspace.opened_for_writing(), workspace.head, workspace.large_acts
    if images < LARGE or acts.aside is None:
        changes = work()
        take(changes)
        return changes

    def taken(changes: Changes) -> None:
        if workspace.project is not project:
            return
        if _same(workspace.head, head):
            take(changes)
        else:  # the queue of another head is none of its business
            workspace.announce(changes)
        acts.done.emit(changes)

    acts.begun.emit(images)
    write_beside(workspace, acts.aside, project, work, taken)
    return None


def _same(one: Head | None, other: Head | None) -> bool:
    return one is not None and other is not None and one.head_id == other.head_id


def write_beside(
    workspace: Workspace,
    aside: Background,
    project: Project,
    work: Callable[[], Changes],
    take: Callable[[Changes], None],
) -> None:
    """`take` hears what came of `work`; what it raises goes where the errors of `aside` go."""
    if not aside.closed:
        acts = workspace.large_acts
        name = f"write-{uuid4().hex[:8]}"  # of two of one name the first would not be written
        acts.begin(project, aside)
        aside.run(name, work, take, ended=partial(acts.end, project), failed=lambda _: acts.failed.emit())
