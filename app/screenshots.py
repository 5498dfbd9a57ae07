"""The real window drawn to a file: opened for reading only, without a worker, on no display at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, Qt, QTimer

from app.actions import View
from app.settings import SettingsFile
from core.errors import EnvironmentProblem, UserError
from core.jobs.events import Event
from core.jobs.spec import JobSpec, LiveSpec
from core.project import Project

if TYPE_CHECKING:
    from app.bootstrap import Shell

PAINT_MS = 20_000
"""Longer than any picture takes; then what is there is drawn."""
SETTLE_MS = 400
VIEWS = (View.LABEL.value, View.GRID.value)


class IdleWorker:
    """Takes every order and does nothing."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        pass

    def submit(self, spec: JobSpec) -> None: ...

    def live(self, spec: LiveSpec) -> None: ...

    def cancel(self, job: str) -> None: ...

    def close(self) -> None: ...


def take_screenshot(folder: Path, out: Path, view: str, size: tuple[int, int], theme: str) -> Path:
    """Waits until the pictures in sight are painted; raises UserError for a view or project that is not there."""
    if view not in VIEWS:
        raise UserError(f"there is no view {view!r} yet", f"choose one of: {', '.join(VIEWS)}")
    if sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.bootstrap import build

    project = Project.open(folder, read_only=True)
    with tempfile.TemporaryDirectory() as scratch:
        settings = SettingsFile(Path(scratch) / "settings.json")
        settings.change(theme=theme, window=size)
        shell = build(settings, start_worker=IdleWorker)
        try:
            shell.workspace.open(project)
            _show(shell, View(view), size)
            return _save(shell, out)
        finally:
            shell.window.close()


def _show(shell: Shell, view: View, size: tuple[int, int]) -> None:
    window = shell.window
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    window.resize(*size)
    loop = QEventLoop()
    window.label_view.image_painted.connect(loop.quit)
    window.grid_view.thumbnails_painted.connect(loop.quit)
    QTimer.singleShot(PAINT_MS, loop.quit)
    shell.presenter.choose(view)
    window.show()
    if window.view is not View.EMPTY:
        loop.exec()
    # The film strip's thumbnails and the bars come a moment after the picture: wait until no more come.
    rest = QEventLoop()
    quiet = QTimer(rest, singleShot=True, interval=SETTLE_MS)
    quiet.timeout.connect(rest.quit)
    shell.thumbnails.loaded.connect(quiet.start)
    QTimer.singleShot(PAINT_MS, rest.quit)
    quiet.start()
    rest.exec()
    shell.thumbnails.loaded.disconnect(quiet.start)


def _save(shell: Shell, out: Path) -> Path:
    picture = shell.window.grab()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentProblem(f"cannot write {out}: {error.strerror}") from error
    if not picture.save(str(out)):
        raise EnvironmentProblem(f"cannot write {out}; choose a file name that ends in .png and a folder you may write")
    return out
