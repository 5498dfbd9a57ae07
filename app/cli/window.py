"""Opening the window on a project or on a folder of images."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Annotated

import typer

DATABASE = "project.sqlite"


def open_window(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[PROJECT or IMAGES]", help="What to open.", show_default=False)
    ] = None,
) -> int:
    """Open the window on a project, or on a folder of images."""
    from app.bootstrap import run_window

    if folder is None:
        return run_window(None)
    if (folder / DATABASE).is_file():
        return run_window(folder)
    return run_window(project_for(folder), images=folder)


def project_for(images: Path) -> Path:
    """Where the project of a folder of images lives: inside it, or in the user's data where it is read-only."""
    inside = images / ".winnow"
    if (inside / DATABASE).is_file() or os.access(images, os.W_OK | os.X_OK):
        return inside
    import platformdirs

    digest = hashlib.sha256(os.fsencode(images.resolve())).hexdigest()[:12]
    folder = Path(platformdirs.user_data_dir("winnow", appauthor=False)) / "projects"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{images.resolve().name}-{digest}"
