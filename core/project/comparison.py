"""What changed between two versions of a head: over the pool, beside the annotations, and in the regression set.

Letters: n = images that both versions answer and that are there, k = those that flipped, outputs = labels that both
versions and the head of today know, or 1 for a score.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import find_hashes
from core.errors import UserError
from core.project.folder import held_out_file, learned_file, predictions_file
from core.project.outputs import check_version, for_outputs
from core.project.telling import told_by_version
from core.review.flips import Flips, Verdict, find_flips, histogram
from core.review.gains import Gain, gain_of
from core.review.scale_drift import ScaleDrift, scale_drift
from core.review.telling import SAY_NO, untold, untold_text
from core.store.columns import ImageTable
from core.values import BRACKETS, Annotated, AnnotationId, Head, HeadKind, Label, VersionInfo

if TYPE_CHECKING:
    from core.arrays.held_out import HeldOut
    from core.arrays.predictions import Predictions
    from core.project.facade import Project


@dataclass(frozen=True, slots=True, eq=False)
class FlipTable:
    """The images that flipped, those that moved farthest first."""

    ids: NDArray[np.int64]
    """(k,)"""
    before: NDArray[np.float32]
    """(k, outputs) as in Predictions, as the next."""
    after: NDArray[np.float32]
    verdict: NDArray[np.int8]
    """(k,) core.review.flips.Verdict"""
    since: NDArray[np.bool_]
    """(k,): annotated between the two, so only the newer one was taught the answer."""
    pinned: NDArray[np.bool_]
    """(k,)"""
    moved: NDArray[np.float32]
    """(k,) 0 to 1"""

    def __len__(self) -> int:
        return len(self.ids)

    def count(self, verdict: Verdict) -> int:
        return int(np.count_nonzero(self.verdict == verdict))


@dataclass(frozen=True, slots=True)
class Share:
    """How many images of the pool go to one label, bracket or tag."""

    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutFlips:
    """The same question where no answer was known beforehand: on each side a head that had not seen the image."""

    images: int
    """Annotated images that both versions were judged on so."""
    fixed: int
    broken: int
    gain: Gain
    """On these images, paired."""
    alike: bool
    """Of each of them both decide the same, and the figure is the same."""
    flips: FlipTable
    """The fixed and broken ones that are there, with what those heads said: the versions may say otherwise of them."""

    @property
    def gone(self) -> int:
        """So many of the fixed and broken ones have no file to be seen in."""
        return self.fixed + self.broken - len(self.flips)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    head: Head
    older: VersionInfo
    newer: VersionInfo
    images: int
    """n"""
    labels: tuple[Label, ...]
    """What the flips are about; empty for a score head."""
    left_out: tuple[str, ...]
    """Labels that one of the versions does not know."""
    untold: tuple[str, ...]
    """Tags that no answer says no to (core.review.telling): of these nothing is compared."""
    flips: FlipTable
    distribution: tuple[Share, ...]
    """Over every label of today that is told, over all n images."""
    pinned: int
    """Size of the regression set, as far as both versions answer it."""
    held_out: HeldOutFlips | None
    """None where one of the versions kept no held-out answers."""
    scale: ScaleDrift | None = None
    """Of a score head, by images that neither version had seen; None where there are none."""
    same_lesson: bool = False
    """Both learned the same answers and pairs."""

    @property
    def pinned_broken(self) -> int:
        return int(np.count_nonzero(self.flips.pinned & (self.flips.verdict == Verdict.BROKEN)))

    def since(self, verdict: Verdict) -> int:
        """Of those flips the ones whose answer only the newer version was taught."""
        return int(np.count_nonzero(self.flips.since & (self.flips.verdict == verdict)))


def compare_versions(
    project: Project, head: Head, older: int, newer: int, *, images: ImageTable | None = None
) -> Comparison:
    """Raises UserError where a version is not there, lost its predictions, or shares too few labels with the other.

    `images` saves reading all images of the project again.
    """
    table = project.images.all() if images is None else images
    asked = _asked(project, head, older, newer)
    columns = asked.columns
    answers = _Answers(
        _predictions(project, head, older), _predictions(project, head, newer), head.kind, columns, table
    )
    return Comparison(
        head=head,
        older=asked.versions[0],
        newer=asked.versions[1],
        images=len(answers.sides.ids),
        labels=tuple(label for at, label in enumerate(head.labels) if at in columns),
        left_out=tuple(label.name for at, label in enumerate(head.labels) if at not in columns and asked.tells(at)),
        untold=untold(head, asked.told),
        flips=_flips(asked, answers.sides),
        distribution=tuple(share for at, share in enumerate(answers.distribution(head)) if asked.tells(at)),
        pinned=int(np.count_nonzero(find_hashes(asked.pinned, answers.sides.hashes) >= 0)),
        held_out=_held_out(asked, partial(_ids, table)),
        scale=_scale(asked) if head.kind is HeadKind.SCORE else None,
        same_lesson=_same_lesson(asked),
    )


def held_out_flips(project: Project, head: Head, older: int, newer: int) -> HeldOutFlips | None:
    """That part of the comparison alone, which reads nothing of the pool. Raises UserError as `compare_versions`."""
    return _held_out(_asked(project, head, older, newer), project.images.by_hash)


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What is compared."""

    project: Project
    head: Head
    versions: tuple[VersionInfo, VersionInfo]
    columns: NDArray[np.int64]
    """(outputs,) of the head of today"""
    told: NDArray[np.bool_] | None
    """(tags,) those that may be told of both; None for all."""
    held: Annotated
    pinned: NDArray[np.uint8]
    """(images, 32)"""

    def tells(self, label: int) -> bool:
        return self.told is None or bool(self.told[label])


def _asked(project: Project, head: Head, older: int, newer: int) -> _Asked:
    versions = project.versions.get(head.head_id, older), project.versions.get(head.head_id, newer)
    told = _told_of_both(project, head, versions)
    columns = _common_columns(project, head, versions, told)
    annotations = project.annotations
    return _Asked(project, head, versions, columns, told, annotations.annotated_set(head), annotations.pinned_hashes())


def _same_lesson(asked: _Asked) -> bool:
    from core.project.taught import lesson_mark

    older, newer = (lesson_mark(asked.project.folder / one.folder, one.number) for one in asked.versions)
    return older is not None and older == newer


def _told_of_both(
    project: Project, head: Head, versions: tuple[VersionInfo, VersionInfo]
) -> NDArray[np.bool_] | None:  # (tags,)
    known = [told for one in versions if (told := told_by_version(project, head, one)) is not None]
    return np.logical_and.reduce(known) if known else None


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """What is said of the same images on each side."""

    ids: NDArray[np.int64]
    """(n,) -1 where there is no file to be seen in"""
    hashes: NDArray[np.uint8]
    """(n, 32)"""
    before: NDArray[np.floating]
    """(n, outputs), as the next"""
    after: NDArray[np.floating]


class _Answers:
    """What two versions say of the same images."""

    def __init__(
        self, older: Predictions, newer: Predictions, kind: HeadKind, columns: NDArray[np.int64], table: ImageTable
    ) -> None:
        ids = _ids(table, newer.hashes)
        rows = find_hashes(older.hashes, newer.hashes)
        both = (ids >= 0) & (rows >= 0)
        self._kind = kind
        self._old, self._new = older.probabilities[rows[both]], newer.probabilities[both]
        self.sides = _Sides(ids[both], newer.hashes[both], self._old[:, columns], self._new[:, columns])

    def distribution(self, head: Head) -> tuple[Share, ...]:
        if head.kind is HeadKind.SCORE:
            names = tuple(str(bracket) for bracket in range(BRACKETS + 1))
        else:
            names = tuple(label.name for label in head.labels)
        counts = histogram(self._kind, self._old).tolist(), histogram(self._kind, self._new).tolist()
        return tuple(Share(*row) for row in zip(names, *counts, strict=True))


def _flips(asked: _Asked, said: _Sides) -> FlipTable:
    targets = _targets(said.hashes, asked.held, asked.head.kind, asked.columns)
    found = find_flips(asked.head.kind, said.before, said.after, targets)
    rows = _farthest_first(found, np.flatnonzero(found.flipped))
    to_older, to_newer = (find_hashes(_untaught(asked.project, one), said.hashes[rows]) >= 0 for one in asked.versions)
    return _table(asked, found, said, rows, to_older & ~to_newer)


def _farthest_first(found: Flips, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    return rows[np.argsort(-found.moved[rows], kind="stable")]


def _table(asked: _Asked, found: Flips, said: _Sides, rows: NDArray[np.int64], since: NDArray[np.bool_]) -> FlipTable:
    return FlipTable(
        ids=said.ids[rows],
        before=said.before[rows].astype(np.float32),
        after=said.after[rows].astype(np.float32),
        verdict=found.verdict[rows],
        since=since,
        pinned=find_hashes(asked.pinned, said.hashes[rows]) >= 0,
        moved=found.moved[rows],
    )


def _untaught(project: Project, version: VersionInfo) -> NDArray[np.uint8]:  # (images, 32)
    """What was answered after the version was trained; where it was trained elsewhere, what it did not learn there."""
    from core.arrays.learned import read_learned

    if version.annotations:
        return project.annotations.answered_after(version.head_id, version.last_annotation)
    hashes = project.annotations.answered_after(version.head_id, AnnotationId(0))
    return hashes[~read_learned(learned_file(project.folder / version.folder)).holds(hashes)]


def _targets(
    hashes: NDArray[np.uint8], held: Annotated, kind: HeadKind, columns: NDArray[np.int64]
) -> NDArray[np.float32]:  # (m, 32) -> (m, outputs)
    """NaN where no answer holds, and of a class head where the answer is a label that is not compared."""
    rows = find_hashes(held.hashes, hashes)
    targets = held.targets[:, columns]
    if kind is HeadKind.CLASS:
        targets = np.where(targets.any(axis=1, keepdims=True), targets, np.nan)
    annotated = np.full((len(hashes), len(columns)), np.nan, np.float32)
    annotated[rows >= 0] = targets[rows[rows >= 0]]
    return annotated


def _held_out(asked: _Asked, ids_of: Callable[[NDArray[np.uint8]], NDArray[np.int64]]) -> HeldOutFlips | None:
    """`ids_of` gives the images of hashes (n, 32), -1 where there is none to be seen."""
    from core.project.taught import swayed

    kept = _kept_sides(asked)
    if kept is None:
        return None
    files, said = kept
    head, held = asked.head, asked.held
    targets = _targets(said.hashes, held, head.kind, asked.columns)
    kin = held.hashes[swayed(files[0], held) | swayed(files[1], held)]
    targets[find_hashes(kin, said.hashes) >= 0] = np.nan
    found = find_flips(head.kind, said.before, said.after, targets)
    judged = ~np.isnan(targets).all(axis=1)
    groups = held.groups[find_hashes(held.hashes, said.hashes[judged])]
    gain = gain_of(head.kind, targets[judged], said.before[judged], said.after[judged], groups)
    fixed, broken = (np.flatnonzero(found.verdict == verdict) for verdict in (Verdict.FIXED, Verdict.BROKEN))
    rows = _farthest_first(found, np.concatenate([fixed, broken]))
    said.ids[rows] = ids_of(said.hashes[rows])
    rows = rows[said.ids[rows] >= 0]
    flips = _table(asked, found, said, rows, since=np.zeros(len(rows), np.bool_))
    alike = gain.by.value == 0.0 and not found.flipped[judged].any()
    return HeldOutFlips(int(np.count_nonzero(judged)), len(fixed), len(broken), gain, alike, flips)


def _kept_sides(asked: _Asked) -> tuple[tuple[HeldOut, HeldOut], _Sides] | None:
    """What heads said that had not seen the image, of those that both versions kept such answers of; no ids yet."""
    from core.arrays.held_out import read_held_out

    project, head = asked.project, asked.head
    files = [held_out_file(project.folder / version.folder) for version in asked.versions]
    if not all(file.is_file() for file in files):
        return None
    older, newer = (read_held_out(file) for file in files)
    rows = find_hashes(older.hashes, newer.hashes)
    both = rows >= 0
    before, after = (
        for_outputs(one, head, project.versions.labels(head.head_id, version.number))[:, asked.columns]
        for one, version in zip(
            (older.probabilities[rows[both]], newer.probabilities[both]), asked.versions, strict=True
        )
    )
    hashes = newer.hashes[both]
    return (older, newer), _Sides(np.full(len(hashes), -1, np.int64), hashes, before, after)


def _scale(asked: _Asked) -> ScaleDrift | None:
    from core.arrays.predictions import read_predictions
    from core.project.auditing import said_unseen

    project, held = asked.project, asked.held
    rows = np.arange(len(held))
    before, after = (
        said_unseen(project, one, read_predictions(predictions_file(project.folder / one.folder)), held, rows)[:, 0]
        for one in asked.versions
    )
    return scale_drift(held.targets[:, 0], before, after, held.groups)


def _common_columns(
    project: Project, head: Head, versions: tuple[VersionInfo, VersionInfo], told: NDArray[np.bool_] | None
) -> NDArray[np.int64]:
    """Outputs of the head of today that both versions know, and that may be told."""
    if head.kind is HeadKind.SCORE:
        return np.zeros(1, np.int64)
    older, newer = (set(project.versions.labels(head.head_id, one.number)) for one in versions)
    known = np.array([label.label_id in older & newer for label in head.labels], np.bool_)
    both = f"v{versions[0].number} and v{versions[1].number} of {head.name}"
    if np.count_nonzero(known) < (2 if head.kind is HeadKind.CLASS else 1):
        raise UserError(f"{both} have too few labels in common", "compare other versions")
    columns = np.flatnonzero(known if told is None else known & told)
    if not len(columns):
        raise UserError(f"{both} cannot be compared: {untold_text(untold(head, told))}", SAY_NO)
    return columns


def _predictions(project: Project, head: Head, number: int) -> Predictions:
    check_version(project, head, number)
    predictions = project.predictions(head, number)
    assert predictions is not None
    return predictions


def _ids(table: ImageTable, hashes: NDArray[np.uint8]) -> NDArray[np.int64]:  # (m, 32) -> (m,) -1 where absent
    rows = find_hashes(table.hashes, hashes)
    if not len(table):
        return rows
    return np.where(rows >= 0, table.ids[np.maximum(rows, 0)], -1)
