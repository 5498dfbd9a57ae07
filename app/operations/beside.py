"""Large acts, written beside the window's thread; nothing else is written into the project meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.jobs.background import Background
from app.workspace import Workspace
from core.changes import Changes
from core.project import Project


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
        workspace.written_beside.append(project)
        aside.run(name, work, take, ended=partial(workspace.written_beside.remove, project))
