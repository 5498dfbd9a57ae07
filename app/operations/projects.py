"""Projects: open, make one for a folder of images, add folders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.jobs.background import Background
from app.jobs.runner import JobRunner
from app.jobs.state import Errand
from app.jobs.work_mark import cut_off_text, lost_exchange, note_work
from app.operations.beside import write_beside
from app.project_places import is_in_the_persons_data, is_project, project_at, project_of
from app.queue.earlier import Left, place_to_keep
from app.settings import SettingsFile
from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError
from core.project import Project

if TYPE_CHECKING:
    from core.project.moved import MovedFolder


def begin_opening(folder: Path) -> Callable[[], Project]:
    """Opens the project in a thread of its own; the call that is returned waits for it, and raises what it raised.

    SQLite reads the images without the interpreter's lock, so that the window is built meanwhile.
    """
    opening = ThreadPoolExecutor(1, thread_name_prefix="opening")
    opened = opening.submit(_open_with_images, folder)
    opening.shutdown(wait=False)
    return opened.result


def show_opened(workspace: Workspace, jobs: JobRunner, settings: SettingsFile, opened: Callable[[], Project]) -> None:
    """The project that `begin_opening` was asked for."""
    _take(workspace, jobs, settings, opened())


def open_project(workspace: Workspace, jobs: JobRunner, settings: SettingsFile, folder: Path) -> None:
    """Opens the project in `folder`; the one before is closed only when this worked, unless it was moved there."""
    folder, before = project_at(folder), workspace.project
    if before is not None and before.folder.resolve() == folder.resolve():
        return
    if before is not None and before.lies_in(folder):
        leave(workspace, jobs, settings)
        workspace.close()
    _take(workspace, jobs, settings, Project.open(folder))


def open_images(
    workspace: Workspace, jobs: JobRunner, settings: SettingsFile, images: Path, *, folder: Path | None = None
) -> None:
    """Opens the project of a folder of images, at `folder` where named; makes it where there is none yet."""
    folder = folder or project_of(images)
    if is_project(folder):
        open_project(workspace, jobs, settings, folder)
    else:
        _take(workspace, jobs, settings, Project.create(folder, [str(images)]))


def open_any(workspace: Workspace, jobs: JobRunner, settings: SettingsFile, folder: Path) -> None:
    """A project folder, or a folder of images."""
    if is_project(folder):
        open_project(workspace, jobs, settings, folder)
    elif folder.is_dir():
        open_images(workspace, jobs, settings, folder)
    else:
        raise UserError(f"{folder} is not a folder", "name a project or a folder of images")


def add_folders(workspace: Workspace, jobs: JobRunner, folders: Sequence[Path]) -> None:
    project = workspace.opened_for_writing()
    workspace.announce(project.add_roots([str(folder) for folder in folders]))
    jobs.scan()


def look_at_moved(
    workspace: Workspace, aside: Background, old: str, new: Path, answer: Callable[[MovedFolder], None]
) -> None:
    """Looks `aside` whether the images of `old` lie in `new`; where they do not, that is told and nothing changes."""
    project = workspace.opened_for_writing()

    def look() -> MovedFolder | None:
        from core.project import moved  # loads what decodes pictures

        return None if workspace.project is not project else moved.look_at_moved(project, old, str(new))

    def told(moved: MovedFolder | None) -> None:
        if moved is not None and workspace.project is project:
            answer(moved)

    aside.run("moved", look, told)


def relocate(workspace: Workspace, jobs: JobRunner, aside: Background, old: str, new: Path) -> None:
    """The images of `old` lie in `new`: written `aside`, then looked at."""
    project = workspace.opened_for_writing()
    if jobs.state is not None and jobs.state.errand is Errand.SCAN:
        jobs.cancel()  # what it reports is of the folders of before

    def take(changes: Changes) -> None:
        if workspace.project is project:
            workspace.announce(changes)
            jobs.scan()

    write_beside(workspace, aside, project, partial(project.relocate, old, str(new)), take)


def leave(workspace: Workspace, jobs: JobRunner, settings: SettingsFile) -> None:
    """Before another project is opened, or the window ends: its place is kept, what runs is stopped."""
    project = workspace.project
    if project is not None:
        workspace.large_acts.finish(project)
    training, exchange = jobs.training_head, jobs.exchanges.under_way
    jobs.leave_project()
    if project is not None and workspace.writable:
        image = place_to_keep((workspace.queue, workspace.waiting), workspace.decided_of)
        settings.remember_left(project.folder, image=image)
        note_work(settings, project, training=training, exchange=exchange, is_next=bool(exchange))


def _open_with_images(folder: Path) -> Project:
    project = Project.open(folder)
    try:
        project.images.all()  # is kept
    except BaseException:
        project.close()
        raise
    return project


def _take(workspace: Workspace, jobs: JobRunner, settings: SettingsFile, project: Project) -> None:
    leave(workspace, jobs, settings)
    folder = str(project.folder)
    trained, exchange = settings.value.cut_off.get(folder), lost_exchange(settings, project)
    workspace.open(project, left=Left(settings.value.heads.get(folder), settings.value.images.get(folder)))
    settings.remember(project.folder)
    name = next((head.name for head in workspace.heads if head.head_id == trained), "")
    if text := cut_off_text(name, exchange):
        jobs.notice.emit(text)
    elif is_in_the_persons_data(project.folder):
        jobs.news.emit(f"The project lies in {project.folder}: the folder of its images was read-only")
    jobs.housekeeping.start(wait=len(workspace.pool) > 0)
