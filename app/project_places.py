"""Where the project of a folder of images lives, whether the window or the command line opens it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from core.names import HIDDEN_PROJECT, PROJECT_FILE


def is_project(folder: Path) -> bool:
    return (folder / PROJECT_FILE).is_file()


def project_of(images: Path) -> Path:
    """Inside the folder, or in the person's data where the folder is read-only or was so once."""
    inside = images / HIDDEN_PROJECT
    if is_project(inside):
        return inside
    elsewhere = _in_the_persons_data(images)
    writable = os.access(images, os.W_OK | os.X_OK)
    return inside if writable and not is_project(elsewhere) else elsewhere


def project_at(folder: Path) -> Path:
    """`folder`, unless it is one of images whose project lies in the person's data."""
    if is_project(folder) or is_project(folder / HIDDEN_PROJECT) or not folder.is_dir():
        return folder
    elsewhere = _in_the_persons_data(folder)
    return elsewhere if is_project(elsewhere) else folder


def is_in_the_persons_data(project: Path) -> bool:
    return project.parent == _data()


def _in_the_persons_data(images: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(images.resolve())).hexdigest()[:12]
    return _data() / f"{images.resolve().name}-{digest}"


def _data() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("winnow", appauthor=False)) / "projects"
