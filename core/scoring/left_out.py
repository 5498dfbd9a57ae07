"""Files that pass no limit: images of a project that a person excluded for a head that is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from core.arrays.hashes import find_hashes, hash_bytes
from core.scoring.shelf import scanned_files


def left_out(project_folder: Path, models: Iterable[Path], paths: Sequence[str]) -> frozenset[str]:
    """Of `paths`, as the project scanned them; `models` are heads by file or folder, of the project or not."""
    from core.project import Project

    asked = {model.resolve() for model in models}
    with Project.open(project_folder, read_only=True) as project:
        hashes = [
            project.annotations.excluded_hashes(head.head_id)
            for head in project.heads.all()
            if any((project.folder / one.folder).resolve() in asked for one in project.versions.of(head.head_id))
        ]
    if not any(len(some) for some in hashes):
        return frozenset()
    known = scanned_files(project_folder, paths)
    out = find_hashes(np.concatenate(hashes), hash_bytes(list(known.values()))) >= 0
    return frozenset(path for path, is_out in zip(known, out.tolist(), strict=True) if is_out)
