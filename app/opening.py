"""`winnow PROJECT or IMAGES`: the window, with nothing imported that the first picture can do without."""

from __future__ import annotations

from pathlib import Path

from app import garbage
from app.display import require_display
from app.project_places import is_project, project_of


def show(folder: Path | None) -> int:
    """The window on a project, on a folder of images, or empty; its exit code."""
    require_display()
    garbage.hold()
    from app.bootstrap import run_window

    if folder is None:
        return run_window(None)
    if is_project(folder):
        return run_window(folder)
    return run_window(project_of(folder), images=folder)
