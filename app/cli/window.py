"""Opening the window on a project or on a folder of images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.project_places import is_project, project_of


def open_window(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[PROJECT or IMAGES]", help="What to open.", show_default=False)
    ] = None,
) -> int:
    """Open the window on a project, or on a folder of images."""
    from app.display import require_display

    require_display()
    from app.bootstrap import run_window

    if folder is None:
        return run_window(None)
    if is_project(folder):
        return run_window(folder)
    return run_window(project_of(folder), images=folder)
