"""Image folders that cannot be reached: told once for each of them, and not for every file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from core.wording import counted


def lost_lines(roots: Iterable[str]) -> list[tuple[str, str]]:
    """(image folder, what is said of it) of `roots`, one for each file that lies in one."""
    told = "the image folder cannot be reached"
    return [(root, f"{counted(count, 'file')}: {told}") for root, count in Counter(roots).items()]
