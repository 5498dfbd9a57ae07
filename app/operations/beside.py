"""Large acts, written beside the window's thread; nothing else is written into the project meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.jobs.background import Background
from app.workspace import Workspace
from core.changes import Changes
from core.project import Project

LARGE = 1_000
"""Images of an act from which on it is written beside the window: 20,000 answers take two seconds."""
_ACT = "act"


def write_act(
    workspace: Workspace, images: int, work: Callable[[], Changes], take: Callable[[Changes], object]
) -> Changes | None:
    """Of a person: at once, and of many images beside, which `LargeActs.done` tells of; then this returns None."""
    project, acts = workspace.opened_for_writing(), workspace.large_acts
    if images < LARGE or acts.aside is None:
        changes = work()
        take(changes)
        return changes

    def taken(changes: Changes) -> None:
        if workspace.project is project:
            take(changes)
            acts.done.emit(changes)

    acts.begun.emit(images)
    write_beside(workspace, acts.aside, _ACT, project, work, taken)
    return None


def write_beside(
    workspace: Workspace,
    aside: Background,
    name: str,
    project: Project,
    work: Callable[[], Changes],
    take: Callable[[Changes], None],
) -> None:
    """`take` hears what came of `work`; what it raises goes where the errors of `aside` go."""
    if not aside.closed:
        workspace.large_acts.begin(project)
        aside.run(name, work, take, ended=partial(workspace.large_acts.end, project))
