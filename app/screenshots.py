"""The real window drawn to a file: opened for reading only, without a worker, on no display at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, Qt, QTimer

from app.acts import View
from app.project_places import project_at
from app.settings import SettingsFile
from app.theme import LEAST, fitting_scale
from core.errors import WRITABLE, EnvironmentProblem, UserError
from core.jobs.events import Event
from core.jobs.spec import AskSpec, JobSpec, LiveSpec
from core.project import Project

if TYPE_CHECKING:
    from app.bootstrap import Shell
    from app.windows.main_window import MainWindow
    from app.workspace import Workspace

PATIENCE_MS = 60_000
"""Longer than any screen of pictures takes; then what is there is drawn."""
LOOK_EVERY_MS = 30
SETTLED_LOOKS = 3
"""So many looks in a row must find nothing on its way: the bars follow the picture by a moment."""
_ON_THE_WAY = (View.LABEL, View.GRID, View.PAGES, View.TWINS)
_SHOWN = (*_ON_THE_WAY, View.VERSIONS, View.REVIEW, View.INSIGHT, View.APPLY, View.FOLDERS, View.COMPARE, View.PAIRS)
VIEWS = tuple(view.value for view in _SHOWN)


class IdleWorker:
    """Takes every order and does nothing."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        pass

    def submit(self, spec: JobSpec) -> None: ...

    def live(self, spec: LiveSpec) -> None: ...

    def judge(self, spec: AskSpec) -> None: ...

    def cancel(self, job: str, *, makes_room: bool = False) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Shot:
    """What is to be drawn."""

    view: str = View.LABEL.value
    size: tuple[int, int] = (1280, 800)
    theme: str = "dark"
    head: str | None = None
    """By name; None: one that has a version."""
    scale: float | None = None
    """Interface size; None: what fits a screen of this size."""


def take_screenshot(folder: Path, out: Path, shot: Shot) -> Path:
    """Waits until the pictures in sight are there.

    Raises UserError for a view, head or project that is not there, and for a size that no window has.
    """
    view, size = shot.view, shot.size
    if view not in VIEWS:
        raise UserError(f"there is no view {view!r} yet", f"choose one of: {', '.join(VIEWS)}")
    if size[0] < LEAST[0] or size[1] < LEAST[1]:
        least = "x".join(map(str, LEAST))
        raise UserError(f"no window is as small as {size[0]}x{size[1]}", f"give {least} or more")
    if sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.bootstrap import build

    project = Project.open(project_at(folder), read_only=True)
    with tempfile.TemporaryDirectory() as scratch:
        settings = SettingsFile(Path(scratch) / "settings.json")
        settings.change(theme=shot.theme, window=size, scale=shot.scale or fitting_scale(*size))
        shell = build(settings, start_worker=IdleWorker)
        try:
            shell.workspace.open(project)
            _choose_head(shell.workspace, shot.head)
            _show(shell, View(view), size)
            return _save(shell, out)
        finally:
            shell.window.close()


def _show(shell: Shell, view: View, size: tuple[int, int]) -> None:
    window = shell.window
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    window.resize(*size)
    shell.presenter.choose(view)
    window.show()
    _wait_until_settled(window)


def _wait_until_settled(window: MainWindow) -> None:
    loop = QEventLoop()
    settled = 0

    def look() -> None:
        nonlocal settled
        settled = settled + 1 if window.is_settled() else 0
        if settled >= SETTLED_LOOKS:
            loop.quit()

    looks = QTimer(loop, interval=LOOK_EVERY_MS)
    looks.timeout.connect(look)
    looks.start()
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    loop.exec()
    looks.stop()


def _choose_head(workspace: Workspace, name: str | None) -> None:
    """By default the head of the last sitting if it has a version, else the first that has one."""
    if name is not None:
        heads = [head for head in workspace.heads if head.name == name]
        if not heads:
            names = ", ".join(head.name for head in workspace.heads) or "none; add one with `winnow head add`"
            raise UserError(f"there is no head {name!r}", f"the heads are: {names}")
        workspace.use_head(heads[0].head_id)
        return
    if workspace.project is None or workspace.version is not None:
        return
    trained = [head for head in workspace.heads if workspace.project.versions.in_force(head.head_id) is not None]
    if trained:
        workspace.use_head(trained[0].head_id)


def _save(shell: Shell, out: Path) -> Path:
    picture = shell.window.grab()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentProblem(f"cannot write {out}: {error.strerror}", WRITABLE) from error
    if not picture.save(str(out)):
        raise EnvironmentProblem(f"cannot write {out}; choose a file name that ends in .png and a folder you may write")
    return out
