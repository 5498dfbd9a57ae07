"""Every image that can be seen, with its path once that is asked for: kept between searches of one pool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import hash_bytes
from core.media.synthetic_table import copies_of
from core.project.facade import Project
from core.project.reviewing import folders_with_tables
from core.store.columns import ImageTable
from core.values import ContentHash, ImageId


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


def copies_made(project: Project, listing: Listing) -> NDArray[np.uint8]:  # (copies, 32)
    """Content hashes of degraded copies, by the tables that lie beside them."""
    places = folders_with_tables(f"{folder}/any" for folder in listing.paths(project).folders)
    return hash_bytes([ContentHash(row.sha256) for place in places for row in copies_of(place)])
