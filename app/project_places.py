"""Where the project of a folder of images lives, whether the window or the command line opens it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from core.names import HIDDEN_PROJECT, PROJECT_FILE


def is_project(folder: Path) -> bool:
    return (folder / PROJECT_FILE).is_file()


def project_of(images: Path) -> Path:
    """Inside the folder, or in the person's data where the folder is read-only."""
    inside = images / HIDDEN_PROJECT
    if is_project(inside) or os.access(images, os.W_OK | os.X_OK):
        return inside
    import platformdirs

    digest = hashlib.sha256(os.fsencode(images.resolve())).hexdigest()[:12]
    folder = Path(platformdirs.user_data_dir("winnow", appauthor=False)) / "projects"
    return folder / f"{images.resolve().name}-{digest}"
