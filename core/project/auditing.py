"""The audit set of a head: which of its images were answered, and what a version says of them.

Letters: n = answered images that count, m = skipped ones among them, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import find_hashes, hash_keys
from core.project.folder import held_out_file, judged_file, predictions_file
from core.project.outputs import check_version, for_outputs
from core.project.telling import told_by_version
from core.query.audit_draw import ENOUGH, audit_mask, counted, enough_share, in_order_of_draw
from core.review.audit import Sheet
from core.review.telling import silenced
from core.values import Annotated, Head, VersionInfo

if TYPE_CHECKING:
    from core.arrays.predictions import Predictions
    from core.project.facade import Project
    from core.store.columns import ImageTable


@dataclass(frozen=True, slots=True, eq=False)
class AuditSet:
    """In the order of the draw."""

    answered: NDArray[np.uint8]
    """(n, 32) hashes of those that count"""
    skipped: NDArray[np.uint8]
    """(m, 32)"""
    drawn: int
    """Images of the set, answered or not"""
    given: int
    """Answered ones, whether they count or not"""
    waiting: NDArray[np.uint8]
    """(drawn - passed, 32) those neither answered nor skipped"""

    @property
    def left(self) -> int:
        """So many more can still count: open ones, and answered ones that an open one comes before."""
        return len(self.waiting) + self.given - len(self.answered)


@dataclass(frozen=True, slots=True, eq=False)
class Audited:
    """A version on the audit set."""

    sheet: Sheet
    answered: int
    """Images that count, judged or not"""
    drawn: int


def audit_set(
    project: Project,
    head: Head,
    find: Callable[[NDArray[np.uint8]], NDArray[np.int64]],
    table: ImageTable | None = None,
) -> AuditSet:
    """Of the images to be seen that have a vector (`find` (k, 32) hashes gives -1 where not) and are not excluded.

    `table`: all images, where they were read already.
    """
    table = project.images.all() if table is None else table
    share = project.audits.share(head.head_id)
    rows = np.flatnonzero(audit_mask(hash_keys(table.hashes), share)) if len(table) else np.zeros(0, np.int64)
    rows = rows[find(table.hashes[rows]) >= 0]
    rows = rows[in_order_of_draw(hash_keys(table.hashes[rows]))]
    standings = project.annotations.standing(head.head_id)
    places = standings.rows(table.ids[rows])

    def holds(marked: NDArray[np.bool_]) -> NDArray[np.bool_]:  # (rows,)
        return np.append(marked, False)[places]

    rows, places = rows[~holds(standings.excluded)], places[~holds(standings.excluded)]
    answered = holds(standings.answered)
    passed = answered | holds(standings.skipped)
    end, given = counted(passed), int(answered.sum())
    answered = answered[:end]
    hashes = table.hashes[rows]
    return AuditSet(hashes[:end][answered], hashes[:end][~answered], len(rows), given, hashes[~passed])


def larger_share(
    project: Project,
    head: Head,
    find: Callable[[NDArray[np.uint8]], NDArray[np.int64]],
    wanted: int = ENOUGH,
    table: ImageTable | None = None,
) -> float | None:
    """A share that draws `wanted` images of this pool, with some to spare; None where even the whole is too little.

    `find` and `table` as in `audit_set`.
    """
    table = project.images.all() if table is None else table
    standings = project.annotations.standing(head.head_id)
    excluded = np.append(standings.excluded, False)[standings.rows(table.ids)]
    keys = hash_keys(table.hashes[(find(table.hashes) >= 0) & ~excluded]) if len(table) else np.zeros(0, np.uint64)
    return enough_share(keys, project.audits.share(head.head_id), wanted)


def audit_version(project: Project, head: Head, version: VersionInfo) -> Audited:
    """What the version says of its audit set as it is answered now.

    Images it learned from are judged out of fold. Those answered since it judges itself, unless it learned from one of
    their group: such a one does not count.
    """
    from core.arrays.predictions import read_predictions

    check_version(project, head, version.number)
    folder = project.folder / version.folder
    predictions = read_predictions(predictions_file(folder))
    found = audit_set(project, head, lambda hashes: find_hashes(predictions.hashes, hashes))
    annotated = project.annotations.annotated_set(head)
    rows = find_hashes(annotated.hashes, found.answered)
    rows = rows[rows >= 0]
    labels = project.versions.labels(head.head_id, version.number)
    told = told_by_version(project, head, version)
    said = for_outputs(said_unseen(project, version, predictions, annotated, rows), head, labels)
    said = silenced(said, told)
    judged = ~np.isnan(said).all(axis=1)
    skipped = predictions.probabilities[find_hashes(predictions.hashes, found.skipped)].astype(np.float32)
    passed = silenced(for_outputs(skipped, head, labels), told)
    sheet = Sheet(head.kind, annotated.targets[rows[judged]], said[judged], passed)
    return Audited(sheet, len(rows), found.drawn)


def said_unseen(
    project: Project, version: VersionInfo, predictions: Predictions, annotated: Annotated, rows: NDArray[np.int64]
) -> NDArray[np.float32]:
    """(n, outputs of the version), NaN where nobody may judge; `rows` (n,) of `annotated`."""
    from core.arrays.held_out import read_held_out
    from core.project.taught import of_their_group, swayed, taught

    folder, hashes = project.folder / version.folder, annotated.hashes[rows]
    said = np.full((len(rows), predictions.probabilities.shape[1]), np.nan, np.float32)
    places = find_hashes(predictions.hashes, hashes)
    said[places >= 0] = predictions.probabilities[places[places >= 0]]
    said[of_their_group(taught(folder, annotated), annotated.groups)[rows]] = np.nan
    if judged_file(folder).is_file():
        judged = read_held_out(judged_file(folder))
        places = find_hashes(judged.hashes, hashes)
        said[places >= 0] = judged.probabilities[places[places >= 0]]
        if held_out_file(folder).is_file():
            said[swayed(read_held_out(held_out_file(folder)), annotated)[rows]] = np.nan
    return said
