"""A head's pool in the order of its turns: what is said of each image unseen, what was answered, what limits keep.

Letters: n = images that can judge the limits, m = every image that is predicted, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

import numpy as np
from numpy.typing import NDArray

from core.answers import target_of
from core.arrays.hashes import find_hashes, hash_keys
from core.errors import UserError
from core.project.folder import held_out_file, judged_file, learned_file
from core.project.outputs import check_version, for_outputs
from core.project.telling import told_by_version
from core.query.audit_draw import in_order_of_draw
from core.review.evidence import EVEN
from core.review.limits import Limits
from core.review.strata import Pool, cells
from core.review.tally import Whole
from core.review.telling import silenced
from core.store.columns import ImageTable
from core.values import BRACKETS, AnswerValue, Head, HeadKind

if TYPE_CHECKING:
    from core.project.facade import Project

NO_BRACKETS = (0.0, float(BRACKETS))


@dataclass(frozen=True, slots=True, eq=False)
class Turns:
    """Rows (n,) are in turn: an image that is asked in its turn is one of a random draw."""

    head: Head
    version: int
    ids: NDArray[np.int64]
    """(n,)"""
    said: NDArray[np.float32]
    """(n, outputs) by heads that saw neither the image nor one of its group"""
    targets: NDArray[np.float32]
    """(n, outputs) as in core.values.Annotated; NaN where nothing is answered. `take` writes here."""
    answered: NDArray[np.bool_]
    """(n,)"""
    skipped: NDArray[np.bool_]
    """(n,)"""
    kept_ids: NDArray[np.int64]
    """(m,) every image of the project that the version predicts, but for excluded ones"""
    kept_said: NDArray[np.float32]
    """(m, outputs) by the version itself, as files are scored with it"""
    kept_targets: NDArray[np.float32]
    """(m, outputs) as `targets`. `take` writes here."""
    edges: dict[int, NDArray[np.float32]] = field(default_factory=dict)
    """The cells of each output, once they are asked for"""
    judging: dict[int, NDArray[np.int64]] = field(default_factory=dict)
    """The rows of each output, once they are asked for"""
    by_id: NDArray[np.int64] = field(init=False)
    """(n,) rows in the order of the ids"""

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", np.argsort(self.ids))

    def row(self, image_id: int) -> int | None:
        """None of an image that can judge nothing."""
        place = int(np.searchsorted(self.ids, image_id, sorter=self.by_id))
        found = int(self.by_id[place]) if place < len(self.by_id) else -1
        return found if found >= 0 and self.ids[found] == image_id else None

    def holds(self, image_id: int) -> bool:
        """Whether it is one of those that limits keep or do not."""
        place = int(np.searchsorted(self.kept_ids, image_id))
        return place < len(self.kept_ids) and int(self.kept_ids[place]) == image_id

    def rows_of(self, output: int, ids: Iterable[int]) -> frozenset[int]:
        """Of `pool`, those of a few images."""
        rows = self.rows(output)
        known = [row for row in map(self.row, ids) if row is not None]
        places = np.searchsorted(rows, known).tolist()
        return frozenset(at for at, row in zip(places, known, strict=True) if at < len(rows) and rows[at] == row)

    def pool(self, output: int, limits: Limits, brackets: tuple[float, float] = NO_BRACKETS) -> Pool:
        """What is wanted is the label (of limits that keep the lowest: its absence), or a score within `brackets`."""
        said = self.said[:, output]
        wanted = self._wanted(self.targets[:, output], limits, brackets)
        whole = Whole(self.kept_said[:, output], self._wanted(self.kept_targets[:, output], limits, brackets))
        # An image whose other tags were answered has not had its turn for this one: it stays open, and is asked again.
        passed = (self.answered & ~np.isnan(wanted)) | self.skipped
        learned = ~np.isnan(said)
        if not learned.all():
            said, wanted, passed = said[learned], wanted[learned], passed[learned]
        if output not in self.edges:
            self.edges[output] = cells(said)
        skipped = np.isnan(wanted) & passed & self.skipped[learned]
        return Pool(said, wanted, passed, skipped, self.edges[output], whole)

    def rows(self, output: int) -> NDArray[np.int64]:
        """Of this object, for each row of `pool`."""
        if output not in self.judging:
            self.judging[output] = np.flatnonzero(~np.isnan(self.said[:, output]))
        return self.judging[output]

    def kept(self, output: int, limits: Limits) -> NDArray[np.int64]:
        """Ids of what the limits keep, in the order of the ids."""
        return self.kept_ids[limits.within(self.kept_said[:, output])]

    def misses(self) -> NDArray[np.float64]:
        """How many brackets a score head is off, of the images answered in turn."""
        passed = self.answered | self.skipped
        turn = len(passed) if passed.all() else int(np.argmin(passed))
        gaps = np.abs(self.said[:turn, 0].astype(np.float64) - self.targets[:turn, 0]) * BRACKETS
        return np.asarray(gaps[~np.isnan(gaps)])

    def take(self, image_id: int, answer: AnswerValue | None, *, skipped: bool) -> None:
        """What holds now of one image that `holds`."""
        target = np.nan if answer is None else target_of(answer, self.head)
        self.kept_targets[np.searchsorted(self.kept_ids, image_id)] = target
        row = self.row(image_id)
        if row is not None:
            self.targets[row] = target
            self.answered[row], self.skipped[row] = answer is not None, skipped and answer is None

    def _wanted(
        self, given: NDArray[np.float32], limits: Limits, brackets: tuple[float, float]
    ) -> NDArray[np.float32]:  # (k,) -> (k,)
        match self.head.kind:
            case HeadKind.SCORE:
                scores = np.round(given * 2.0 * BRACKETS) / 2
                yes = (scores >= brackets[0]) & (scores <= brackets[1])
            case HeadKind.CLASS | HeadKind.TAGS:
                yes = (given <= EVEN) if limits.keeps_low else (given > EVEN)
            case _:
                assert_never(self.head.kind)
        return np.where(np.isnan(given), np.nan, yes).astype(np.float32)


def gather_turns(project: Project, head: Head, images: ImageTable, number: int | None = None) -> Turns:
    """By the version in force, or another; `images` are those that can be seen. Raises UserError without a version."""
    wanted = head.version if number is None else number
    check_version(project, head, wanted)
    predictions = project.predictions(head, wanted)
    if wanted is None or predictions is None:
        raise UserError(f"{head.name} has no version that predicts anything", "Ctrl+R makes one from every answer")
    rows = find_hashes(predictions.hashes, images.hashes)
    here = rows >= 0
    ids, hashes = images.ids[here], images.hashes[here]
    told = told_by_version(project, head, project.versions.get(head.head_id, wanted))
    by_version = silenced(np.asarray(predictions.probabilities[rows[here]], np.float32), told)
    said, scope = _unseen(project, head, wanted, ids, hashes, by_version)
    said = silenced(said, told)
    targets, answered, skipped, excluded = _standing(project, head, ids)
    scope &= ~excluded & ~np.isnan(said).all(axis=1)
    places = np.flatnonzero(scope)
    places = places[in_order_of_draw(hash_keys(hashes[places]))]
    return Turns(
        head=head,
        version=wanted,
        ids=ids[places],
        said=said[places],
        targets=targets[places],
        answered=answered[places],
        skipped=skipped[places],
        kept_ids=ids[~excluded],
        kept_said=by_version[~excluded],
        kept_targets=targets[~excluded],
    )


def _unseen(
    project: Project,
    head: Head,
    number: int,
    ids: NDArray[np.int64],
    hashes: NDArray[np.uint8],
    by_version: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """(m, outputs), and which (m,) can judge: not those of which the version saw only others of their group."""
    from core.arrays.held_out import read_held_out
    from core.arrays.learned import read_learned
    from core.project.taught import of_their_group, swayed

    folder = project.folder / project.versions.get(head.head_id, number).folder
    labels = project.versions.labels(head.head_id, number)
    said, groups = by_version.copy(), project.groups.named(ids)
    scope = ~of_their_group(read_learned(learned_file(folder)).holds(hashes), groups)
    for file in (held_out_file(folder), judged_file(folder)):
        if not file.is_file():
            continue
        unseen = read_held_out(file)
        rows = find_hashes(unseen.hashes, hashes)
        known = rows >= 0
        said[known] = for_outputs(unseen.probabilities[rows[known]], head, labels)
        if file == held_out_file(folder):
            annotated = project.annotations.annotated_set(head)
            scope = known | (scope & ~np.isin(groups, groups[known]))
            scope &= find_hashes(annotated.hashes[swayed(unseen, annotated)], hashes) < 0
    return said, scope


def _standing(
    project: Project, head: Head, ids: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    standings = project.annotations.standing(head.head_id)
    places = standings.rows(ids)
    which = np.append(standings.which, np.int32(0))[places]
    targets = np.array([target_of(value, head) for value in standings.distinct], np.float32)[which]
    answered = which > 0
    skipped = np.append(standings.skipped, False)[places] & ~answered
    return targets, answered, skipped, np.append(standings.excluded, False)[places]
