"""What a search goes by, as whole columns: paths, when files were written, who answered when, who has a twin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, func, select

from core.store.database import Database, plain_rows
from core.store.roots import Roots
from core.store.schema import acts, files, group_of_image, images, log, path_of, standing
from core.values import Field, HeadId, ImageId, Source


@dataclass(frozen=True, slots=True, eq=False)
class AnswerFacts:
    """Row i of every array speaks of the answer of one image, whatever became of the label it names."""

    ids: NDArray[np.int64]
    """(answers,)"""
    annotations: NDArray[np.int64]
    """(answers,) the row of the log by which it holds"""
    seconds: NDArray[np.float64]
    """(answers,) when, since 1970"""
    synthetic: NDArray[np.bool_]
    """(answers,) given by the making of degraded copies"""


class Search:
    """Reads only."""

    def __init__(self, database: Database, roots: Roots) -> None:
        self._database = database
        self._roots = roots

    def paths(self) -> dict[ImageId, str]:
        """Of every image with a file, as it is shown: of several files the first that can be reached."""
        starts = {root.root_id: root.path("") for root in self._roots.all}
        with self._database.read() as connection:
            rows = plain_rows(connection, _PATHS)
        if lost := {root.root_id for root in self._roots.lost}:
            rows.sort(key=lambda row: row[1] not in lost)  # the last file of an image stays
        return {image: f"{starts[root]}/{path_of(relative)}" for image, root, relative in rows}

    def written(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Images (k,), and when the newest file of each was written (k,), in seconds since 1970."""
        with self._database.read() as connection:
            rows = np.array(plain_rows(connection, _WRITTEN), np.int64).reshape(-1, 2)
        rows = rows[np.lexsort((-rows[:, 1], rows[:, 0]))]
        first = np.flatnonzero(np.diff(rows[:, 0], prepend=-1))
        return rows[first, 0], rows[first, 1] / 1e9

    def answers(self, head_id: HeadId) -> AnswerFacts:
        with self._database.read() as connection:
            rows = connection.execute(_ANSWERS, {"head": head_id}).all()
        times = np.array([row.at.removesuffix("+00:00") for row in rows], "datetime64[us]")
        return AnswerFacts(
            np.fromiter((row.image_id for row in rows), np.int64, len(rows)),
            np.fromiter((row.annotation_id for row in rows), np.int64, len(rows)),
            times.astype(np.int64) / 1e6,
            np.fromiter((row.source == Source.SYNTHETIC for row in rows), np.bool_, len(rows)),
        )

    def twins(self) -> NDArray[np.int64]:
        """Images that lie in several files, or whose group holds others that can be seen."""
        with self._database.read() as connection:
            copies = connection.scalars(_IN_SEVERAL_FILES).all()
            grouped = connection.execute(_GROUPED).all()
        counts: dict[int, int] = {}
        for _, group in grouped:
            counts[group] = counts.get(group, 0) + 1
        alike = [image for image, group in grouped if counts[group] > 1]
        return np.array(sorted({*copies, *alike}), np.int64)


_PRESENT: Final = ~files.c.missing
# Written from the last file to the first, so that the first one of an image stays.
_PATHS: Final = select(files.c.image_id, files.c.root_id, files.c.relative).where(_PRESENT).order_by(files.c.id.desc())
_WRITTEN: Final = select(files.c.image_id, files.c.mtime_ns).where(_PRESENT)
_ANSWERS: Final = (
    select(standing.c.image_id, standing.c.annotation_id, acts.c.at, acts.c.source)
    .join(log, log.c.id == standing.c.annotation_id)
    .join(acts, acts.c.id == log.c.act_id)
    .where(
        standing.c.head_id == bindparam("head"),
        standing.c.field == Field.ANSWER.value,
        standing.c.value.is_not(None),
    )
)
_IN_SEVERAL_FILES: Final = select(files.c.image_id).where(_PRESENT).group_by(files.c.image_id).having(func.count() > 1)
_GROUPED: Final = select(images.c.id, group_of_image).where(
    group_of_image.in_(select(images.c.group_id).where(images.c.group_id.is_not(None))),
    images.c.id.in_(select(files.c.image_id).where(_PRESENT)),
)
