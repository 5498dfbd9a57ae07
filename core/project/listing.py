"""Every image that can be seen, with its path once that is asked for: kept between searches of one pool."""

from __future__ import annotations

from dataclasses import dataclass

from core.project.facade import Project
from core.store.columns import ImageTable
from core.values import ImageId


@dataclass(frozen=True, slots=True)
class Paths:
    lowered: tuple[str, ...]
    """(n,) as they are shown, in lower case"""
    folders: tuple[str, ...]
    """That hold images, as they are shown."""


class Listing:
    """Any thread may read; two that read at once read the same."""

    def __init__(self, table: ImageTable) -> None:
        self.table = table
        self._paths: Paths | None = None

    def paths(self, project: Project) -> Paths:
        """Read from `project` at the first call."""
        if self._paths is None:
            known = project.search.paths()
            folders = {path.rpartition("/")[0] for path in known.values()}
            lowered = tuple(known.get(ImageId(one), "").casefold() for one in self.table.ids.tolist())
            self._paths = Paths(lowered, tuple(sorted(folders)))
        return self._paths
