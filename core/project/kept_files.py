"""The files of images that limits keep, and what a version says of them as a table."""

from __future__ import annotations

from collections.abc import Callable
from os.path import basename
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.arrays.hashes import find_hashes
from core.errors import UserError
from core.project.facade import Project
from core.project.lost import lost_lines
from core.project.telling import told_by_version
from core.review.telling import silenced
from core.scoring.answers import JudgedImage
from core.scoring.tables import Row
from core.scoring.tile_answers import AskedHead
from core.scoring.verdicts import as_row
from core.values import HeadId
from core.wording import counted

if TYPE_CHECKING:
    from core.jobs.file_specs import KeptFiles

_EVERY = 1_000
"""Rows between two words of how many there are."""


def kept_files(kept: KeptFiles) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(file, its name in a folder that they are put in), and what is said of image folders that are not there."""
    with Project.open(Path(kept.project), read_only=True) as project:
        found = project.files.of(kept.ids)
        lost = project.lost_roots
    # Path would take seconds for a large pool.
    named = [(path, below if kept.keep_structure else basename(path)) for _, path, below in found]  # noqa: PTH119
    if not lost:
        return named, []
    roots = [next((root for root in lost if path.startswith(f"{root}/")), "") for path, _ in named]
    there = [one for one, root in zip(named, roots, strict=True) if not root]
    return there, lost_lines(filter(None, roots))


def kept_rows(kept: KeptFiles, head_id: HeadId, version: int, watch: Callable[[int], None]) -> list[Row]:
    """What the version says of each file. `watch` is told of how many there are, and may raise."""
    with Project.open(Path(kept.project), read_only=True) as project:
        head, images = project.heads.by_id(head_id), project.images.all()
        predictions, files = project.predictions(head, version), project.files.of(kept.ids)
        told = told_by_version(project, head, project.versions.get(head_id, version))
    if predictions is None:
        raise UserError(f"{head.name} has no version {version}", "look at the limits again")
    asked = AskedHead(head.name, head.name, head.kind, tuple(one.name for one in head.labels), head.tiles, head.combine)
    places = np.searchsorted(images.ids, [image_id for image_id, _, _ in files])
    at = find_hashes(predictions.hashes, images.hashes[places])
    if (at < 0).any():
        unjudged = counted(int(np.count_nonzero(at < 0)), "image")
        raise UserError(f"{unjudged} without a prediction by v{version}", "look at the limits again")
    said = silenced(predictions.probabilities[at].astype(np.float32), told)
    rows: list[Row] = []
    for (_, path, _), values in zip(files, said.tolist(), strict=True):
        if not len(rows) % _EVERY:
            watch(len(rows))
        rows.append(as_row((asked,), JudgedImage(path, (tuple(values),))))
    return rows
