"""What an import could not take in, by folder: forty files with one reason are one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.exchange.numbered import number_of_folder


@dataclass(frozen=True, slots=True)
class Refused:
    """Files of one folder that have one reason."""

    folder: str
    """Below the tree; empty for what lies outside every numbered folder."""
    files: int
    reason: str
    path: str
    """Of the first of them."""


def refused_by_folder(root: Path, failed: Iterable[tuple[str, str]]) -> tuple[Refused, ...]:
    """`failed`: (path, reason). In the order they came; a file beside the folders stands for itself."""
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    for path, reason in failed:
        folder = _folder(root, path)
        key = (folder or path, reason)
        counts[key] += 1
        first.setdefault(key, path)
    return tuple(
        Refused("" if name == first[name, reason] else name, count, reason, first[name, reason])
        for (name, reason), count in counts.items()
    )


def _folder(root: Path, path: str) -> str:
    try:
        parts = PurePosixPath(path).relative_to(root.as_posix()).parts
    except ValueError:
        return ""
    return next((part for part in parts[:-1] if number_of_folder(part) is not None), "")
