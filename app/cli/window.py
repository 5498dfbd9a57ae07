"""Opening the window on a project or on a folder of images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.opening import show


def open_window(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[PROJECT or IMAGES]", help="What to open.", show_default=False)
    ] = None,
) -> int:
    """Open the window on a project, or on a folder of images."""
    return show(folder)
