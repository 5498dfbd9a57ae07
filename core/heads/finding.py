"""The file of a head, from what a person calls it."""

from __future__ import annotations

from pathlib import Path

from core.errors import UserError
from core.heads.hub import fetch_head, hub_name


def find_head(text: str) -> Path:
    """A file or a folder as it is; else a head of the hub by REPOSITORY/NAME. Raises UserError, EnvironmentProblem."""
    path = Path(text).expanduser()
    if path.exists():
        return path
    wanted = hub_name(text)
    if wanted is None:
        raise UserError(f"there is no head {text}", "give a head file, its folder, or OWNER/REPOSITORY/NAME of the hub")
    return fetch_head(wanted)
