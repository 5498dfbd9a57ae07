"""How the answers of a head are spread over labels or brackets, and over the folders they lie in: the seed's tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from core.exchange.dataset import Rows
from core.exchange.numbered import folder_order
from core.values import BRACKETS, HeadKind, TagsValue

_BARS = {HeadKind.SCORE: 100, HeadKind.CLASS: 40, HeadKind.TAGS: 40}
"""Strokes that the whole data set would have, as in the seed's tables."""


@dataclass(frozen=True, slots=True)
class Distribution:
    kind: HeadKind
    total: int
    """Images with an answer."""
    counts: dict[str, int]
    """Label, tag (its yes) or bracket -> images, in the head's order; also those without any."""
    folders: dict[str, int]
    """Folder -> images, in the order of their numbers and names."""
    excluded: int = 0
    no: dict[str, int] = field(default_factory=dict)
    """Tag -> images of which it is said to be no."""

    def bar(self, count: int) -> str:
        return "|" * (_BARS[self.kind] * count // max(self.total, 1))


def distribution(rows: Rows) -> Distribution:
    head, names = rows.head, rows.names
    empty = [f"{step}" for step in range(BRACKETS + 1)] if head.kind is HeadKind.SCORE else list(names.values())
    counts, no = Counter(dict.fromkeys(empty, 0)), Counter[str]()
    for row in rows.rows:
        if isinstance(row.value, TagsValue):
            counts.update(names[label] for label in row.value.yes)
            no.update(names[label] for label in row.value.no)
        else:
            counts[rows.text(row)] += 1
    order = sorted(counts, key=float) if head.kind is HeadKind.SCORE else list(counts)
    return Distribution(
        kind=head.kind,
        total=len(rows.rows),
        counts={name: counts[name] for name in order},
        folders=_by_folder(row.image.path for row in rows.rows),
        excluded=len(rows.rows) - len(rows.taught),
        no={name: no[name] for name in counts} if head.kind is HeadKind.TAGS else {},
    )


def _by_folder(paths: Iterable[str]) -> dict[str, int]:
    """By the folder's own name; by its whole path where two folders share a name."""
    counts = Counter(PurePosixPath(path).parent for path in paths)
    shared = Counter(folder.name for folder in counts)
    named = {
        folder.name if shared[folder.name] == 1 else folder.as_posix(): number for folder, number in counts.items()
    }
    return {name: named[name] for name in sorted(named, key=folder_order)}
