"""How a head comes on: every version judged on the audit set of today, what the last answers changed, what starves.

Letters: v = versions, n = images of the audit set that all of them may judge, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import find_hashes
from core.arrays.predictions import read_predictions
from core.project.auditing import AuditSet, audit_set, larger_share, said_unseen
from core.project.folder import held_out_file, predictions_file
from core.project.outputs import for_outputs
from core.query.audit_draw import ENOUGH
from core.review.audit_words import draw_text, left_text
from core.review.chance import beside_same, same_said
from core.review.evidence import EVEN
from core.review.intervals import Figure, mean_interval, wilson, wilson_of_groups
from core.review.losses import losses_of
from core.review.progress import BRACKET_MISSES, SHARES, LastStretch, Outlook, last_stretch, outlook, stretch_missing
from core.review.progress_words import sentences
from core.review.starving import Portion, portions
from core.review.telling import silenced, told_by_targets
from core.values import BRACKETS, Annotated, Head, HeadKind, VersionInfo
from core.wording import counted

if TYPE_CHECKING:
    from core.arrays.predictions import Predictions
    from core.project.facade import Project
    from core.store.columns import ImageTable

MOST = 12
"""Versions that are looked at: the newest and others spread over those before."""
_OVER = Outlook(None, "no image is left to answer", is_over=True)


@dataclass(frozen=True, slots=True)
class Step:
    """A version on the audit set of today: the share that is right, or the mean miss in brackets."""

    version: int
    annotations: int
    figure: Figure


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    head: Head
    steps: tuple[Step, ...]
    """The oldest first"""
    same_of_all: float | None
    """What saying the same of all images would reach of the figure; None without a step"""
    n: int
    drawn: int
    """Images of the audit set, answered or not"""
    left: int
    """Of them that can still count"""
    larger: float | None
    """A share that draws enough of the pool, where this one does not; None too where the pool is too small"""
    last: LastStretch | None
    missing: str
    """What it takes to say what the last answers changed"""
    ahead: Outlook
    portions: tuple[Portion, ...]

    def told(self, how: str = "in the head's dialog") -> tuple[str, ...]:
        """In plain sentences; `how` the share of the audit set is changed where they are read."""
        draw = draw_text(self.drawn, self.larger, how) if self.drawn else ""
        more = self.last.more if self.last is not None else None
        left = left_text(more, self.left, self.larger, how) if more is not None else ""
        return sentences(
            self.head.kind,
            self.last,
            self.ahead,
            self.portions,
            missing=self.missing,
            draw=draw,
            left=left,
            chance=self._chance(),
        )

    def _chance(self) -> str:
        if self.same_of_all is None:
            return ""
        newest = self.steps[-1]
        found = beside_same(self.head.kind, newest.figure, self.same_of_all)
        on = f"on the {counted(self.n, 'image')} of the audit set that {'count' if self.n > 1 else 'counts'}"
        return f"v{newest.version} is {found}, {on}." if found else ""


def gather_progress(project: Project, head: Head) -> Progress:
    """Nothing but what was answered where no version is."""
    annotated, versions = project.annotations.annotated_set(head), _chosen(project, head)
    if not versions:
        return _without_version(head, annotated)
    newest = read_predictions(predictions_file(project.folder / versions[-1].folder))
    find, table = partial(find_hashes, newest.hashes), project.images.all()
    found = audit_set(project, head, find, table)
    rows = find_hashes(annotated.hashes, found.answered)
    rows = rows[rows >= 0]
    told = told_by_targets(head, annotated.targets)
    said = silenced(np.stack([_said(project, head, version, annotated, rows) for version in versions]), told)
    targets = annotated.targets[rows]  # said: (v, k, outputs)
    losses = losses_of(head.kind, targets, said)  # (v, k)
    judged = ~np.isnan(losses).any(axis=0)
    losses, scale = losses[:, judged], BRACKET_MISSES if head.kind is HeadKind.SCORE else SHARES
    enough = losses.shape[1] > 0
    counts = np.array([version.annotations for version in versions], np.int64)
    last = _last(project, head, versions, losses, annotated, told) if enough else None
    return Progress(
        head=head,
        steps=_steps(head.kind, versions, targets[judged], losses) if enough else (),
        same_of_all=_same_of_all(head.kind, targets[judged], said[-1][judged]) if enough else None,
        n=losses.shape[1],
        drawn=found.drawn,
        left=found.left,
        larger=_larger(project, head, find, found, last, table),
        missing=stretch_missing(counts, losses.shape[1]),
        last=last,
        ahead=_OVER if _is_over(project, head, annotated, table) else outlook(counts, losses, scale),
        portions=portions(head.kind, [label.name for label in head.labels], annotated.targets, targets, said[-1]),
    )


def _without_version(head: Head, annotated: Annotated) -> Progress:
    nobody, names = np.empty((0, head.outputs), np.float32), [label.name for label in head.labels]
    told = portions(head.kind, names, annotated.targets, nobody, nobody)
    missing, ahead = stretch_missing(np.zeros(0, np.int64), 0), Outlook(None, "there is no version yet")
    return Progress(head, (), None, 0, 0, 0, None, None, missing, ahead, told)


def _is_over(project: Project, head: Head, annotated: Annotated, table: ImageTable) -> bool:
    """Every image is answered, or no part of the pool."""
    is_open = np.ones(len(table), np.bool_)
    for hashes in (annotated.hashes, project.annotations.excluded_hashes(head.head_id)):
        rows = find_hashes(table.hashes, hashes)
        is_open[rows[rows >= 0]] = False
    return not is_open.any()


def _steps(
    kind: HeadKind, versions: Sequence[VersionInfo], targets: NDArray[np.float32], losses: NDArray[np.float64]
) -> tuple[Step, ...]:  # (n, outputs), (v, n)
    return tuple(
        Step(version.number, version.annotations, _figure(kind, targets, row))
        for version, row in zip(versions, losses, strict=True)
    )


def _same_of_all(kind: HeadKind, targets: NDArray[np.float32], said: NDArray[np.float32]) -> float:
    """(n, outputs) each; where the head says nothing, this says nothing either."""
    miss = float(losses_of(kind, targets, np.where(np.isnan(said), np.nan, same_said(kind, targets))).mean())
    return miss if kind is HeadKind.SCORE else 1 - miss


def _last(
    project: Project,
    head: Head,
    versions: Sequence[VersionInfo],
    losses: NDArray[np.float64],
    annotated: Annotated,
    told: NDArray[np.bool_] | None,
) -> LastStretch | None:  # (v, n), (outputs,)
    numbers = np.array([version.number for version in versions], np.int64)
    counts = np.array([version.annotations for version in versions], np.int64)
    moved = np.array([_moved(project, head, version, versions[-1], annotated, told) for version in versions])
    return last_stretch(numbers, counts, losses, moved, BRACKET_MISSES if head.kind is HeadKind.SCORE else SHARES)


def _larger(
    project: Project,
    head: Head,
    find: Callable[[NDArray[np.uint8]], NDArray[np.int64]],
    found: AuditSet,
    last: LastStretch | None,
    table: ImageTable,
) -> float | None:
    """A share that draws enough for a figure, and as many as would tell what the last answers changed."""
    more = last.more if last is not None else None
    wanted = max(ENOUGH, 0 if more is None else len(found.answered) + more)
    short = found.drawn < ENOUGH or (more is not None and more > found.left)
    return larger_share(project, head, find, wanted, table) if short else None


def _chosen(project: Project, head: Head) -> list[VersionInfo]:
    """Versions from as many answers as those before or more, up to the one in force.

    An imported one learned from none of ours. Where they are too many, the last of each number of answers.
    """
    known = [
        version
        for version in project.versions.of(head.head_id)
        if version.annotations and predictions_file(project.folder / version.folder).is_file()
    ]
    if head.version is not None:
        known = [version for version in known if version.number <= head.version]
    rising: list[VersionInfo] = []
    for version in known:
        while rising and rising[-1].annotations > version.annotations:
            rising.pop()
        rising.append(version)
    if len(rising) > MOST:
        rising = list({version.annotations: version for version in rising}.values())
    places = np.unique(np.linspace(0, len(rising) - 1, min(MOST, len(rising))).round().astype(np.int64))
    return [rising[place] for place in places.tolist()]


def _said(
    project: Project, head: Head, version: VersionInfo, annotated: Annotated, rows: NDArray[np.int64]
) -> NDArray[np.float32]:
    predictions = read_predictions(predictions_file(project.folder / version.folder))
    said = said_unseen(project, version, predictions, annotated, rows)
    return np.asarray(for_outputs(said, head, project.versions.labels(head.head_id, version.number)))


def _figure(kind: HeadKind, targets: NDArray[np.float32], losses: NDArray[np.float64]) -> Figure:
    if kind is HeadKind.SCORE:
        low, high = mean_interval(losses)
        return Figure(float(losses.mean()) if len(losses) else 0.0, low, min(high, float(BRACKETS)))
    right = 1 - losses
    value = float(right.mean()) if len(right) else 0.0
    if kind is HeadKind.CLASS:
        return Figure(value, *wilson(float(right.sum()), len(right)))
    return Figure(value, *wilson_of_groups(right, np.ones(len(right))))


def _moved(
    project: Project,
    head: Head,
    before: VersionInfo,
    now: VersionInfo,
    annotated: Annotated,
    told: NDArray[np.bool_] | None,
) -> float:
    """How much is said otherwise of the whole pool by heads that had not seen the image: in brackets, or the share
    decided so, of tags of those that both of them tell.

    As the audit set is judged, which is a draw of this pool. Where nobody may judge, all may have moved.
    """
    older, newer = (read_predictions(predictions_file(project.folder / one.folder)) for one in (before, now))
    hashes = newer.hashes[find_hashes(older.hashes, newer.hashes) >= 0]
    first = _said_of_pool(project, head, before, older, annotated, hashes)
    second = _said_of_pool(project, head, now, newer, annotated, hashes)
    if not len(hashes):
        return float(BRACKETS) if head.kind is HeadKind.SCORE else 1.0
    if head.kind is HeadKind.SCORE:
        return float(np.nan_to_num(np.abs(first - second), nan=1.0).mean()) * BRACKETS
    nobody = np.asarray(np.isnan(first).all(axis=1) | np.isnan(second).all(axis=1))  # (m,)
    if head.kind is HeadKind.CLASS:
        return float((nobody | (first.argmax(axis=1) != second.argmax(axis=1))).mean())
    counted = nobody[:, None] | ~np.isnan(silenced(first, told) + second)
    changed = nobody[:, None] | ((first > EVEN) != (second > EVEN))
    return float(changed[counted].mean()) if counted.any() else 1.0


def _said_of_pool(
    project: Project,
    head: Head,
    version: VersionInfo,
    predictions: Predictions,
    annotated: Annotated,
    hashes: NDArray[np.uint8],
) -> NDArray[np.float32]:
    """(m, outputs) by heads that had not seen the image, of (m, 32) hashes that the version predicts."""
    said = predictions.probabilities[find_hashes(predictions.hashes, hashes)].astype(np.float32)
    said[_taught(project, version, hashes)] = np.nan
    rows = find_hashes(annotated.hashes, hashes)
    here = rows >= 0
    said[here] = said_unseen(project, version, predictions, annotated, rows[here])
    return np.asarray(for_outputs(said, head, project.versions.labels(head.head_id, version.number)))


def _taught(project: Project, version: VersionInfo, hashes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    from core.arrays.held_out import read_held_out

    file = held_out_file(project.folder / version.folder)
    if not file.is_file():
        return np.zeros(len(hashes), np.bool_)
    return np.asarray(find_hashes(read_held_out(file).hashes, hashes) >= 0)
