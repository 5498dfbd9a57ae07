"""Large acts, written beside the window's thread; nothing else is written into the project meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import uuid4

from app.jobs.background import Background
from app.queue.board import BoardAfter, read_after
from app.workspace import Workspace
from core.changes import Changes
from core.errors import WinnowError
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
    if aside.closed:
        return
    acts, read = workspace.large_acts, _reader(workspace)

    def write() -> tuple[Changes, BoardAfter | None]:
        changes = work()
        return changes, read(changes)

    def taken(written: tuple[Changes, BoardAfter | None]) -> None:
        with acts.taking(*written):
            take(written[0])

    name = f"write-{uuid4().hex[:8]}"  # of two of one name the first would not be written
    acts.begin(project, aside)
    aside.run(name, write, taken, ended=partial(acts.end, project), failed=lambda _: acts.failed.emit())


def _reader(workspace: Workspace) -> Callable[[Changes], BoardAfter | None]:
    """What holds after an act, of the head of now; where it cannot be read it is read, and told of, by who takes it."""
    project, head, pool, board = workspace.project, workspace.head, workspace.pool, workspace.board

    def read(changes: Changes) -> BoardAfter | None:
        if project is None or head is None or changes.head not in (None, head.head_id):
            return None
        try:
            return read_after(board, project, head, pool, changes.annotated)
        except WinnowError:
            return None

    return read
