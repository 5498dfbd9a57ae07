"""Images for which one answer holds, laid out as cards for pages: chosen, grouped and ordered beside the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.queue.ranking import Pool, Ranking
from core.answers import answer_from
from core.errors import UserError
from core.project import Project
from core.values import BRACKETS, AnswerValue, Head, HeadKind, ImageId, in_bracket

MOST = 20_000
"""Cards that are laid out at once, the surest; the others come when these are done."""


@dataclass(frozen=True, slots=True, eq=False)
class PageQuestion:
    """A snapshot of all that the cards depend on."""

    folder: Path
    """Of the project"""
    head: Head
    pool: Pool
    ranking: Ranking | None
    output: int | None
    """The column of the label or tag, or the bracket; None: the one with the most images."""
    threshold: float
    """From where on the head counts as sure."""
    waiting: NDArray[np.bool_]
    """(ids, tags), or (ids, 1) under other heads: that have no such answer yet and may get one"""
    checks: bool = False
    """Images that have the answer, to be looked at again."""


@dataclass(frozen=True, slots=True, eq=False)
class PageCards:
    output: int = 0
    counts: tuple[int, ...] = ()
    """Images for each label, tag or bracket."""
    ids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """(cards,) the image that each one shows"""
    groups: Mapping[ImageId, tuple[ImageId, ...]] = field(default_factory=dict)
    """All images of a card that stands for several, the shown one first."""
    against: Mapping[ImageId, AnswerValue | None] = field(default_factory=dict)
    """Of answers that are checked: what heads say that have not seen the image."""
    unlisted: int = 0
    """Images beyond MOST."""


def lay_out(question: PageQuestion) -> PageCards:
    """Reads the project by itself, so that it may run beside the window's thread."""
    from core.project.paging import by_look, sharing_groups

    with Project.open(question.folder, read_only=True) as project:
        found = _answered(project, question) if question.checks else _confident(question)
        ids, sure = found.ids, found.sure
        chosen = np.argsort(-sure, kind="stable")[:MOST]
        ids, sure, unlisted = ids[chosen], sure[chosen], len(ids) - len(chosen)
        groups = _together(ids, sharing_groups(project, ids))
        shown = ids[(sure >= question.threshold) & np.isin(ids, np.array(list(groups), np.int64))]
        ordered = by_look(project, question.head, shown, question.pool.hashes_of(shown))
    several = {first: images for first, images in groups.items() if len(images) > 1}
    return PageCards(found.output, found.counts, ordered, several, found.against, unlisted)


def outputs_of(head: Head) -> tuple[str, ...]:
    """What pages can be made of: labels, tags, or brackets."""
    if head.kind is HeadKind.SCORE:
        return tuple(str(bracket) for bracket in range(BRACKETS + 1))
    return tuple(label.name for label in head.labels)


def count_sure(question: PageQuestion) -> tuple[int, ...]:
    """Open images of each output that the head is sure of."""
    from core.query.confident import sure_counts

    ranking = question.ranking
    if ranking is None:
        return ()
    said, kind = ranking.predictions.probabilities, question.head.kind
    return tuple(sure_counts(said, kind, _waiting(question, ranking), question.threshold).tolist())


@dataclass(frozen=True, slots=True, eq=False)
class _Chosen:
    output: int = 0
    counts: tuple[int, ...] = ()
    ids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    sure: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    """(ids,) how sure the head is of each"""
    against: Mapping[ImageId, AnswerValue | None] = field(default_factory=dict)


def _confident(question: PageQuestion) -> _Chosen:
    """Open images for which the head decides so; groups are made of these, and shown from the threshold on."""
    from core.query.confident import sureness

    ranking = question.ranking
    if ranking is None:
        return _Chosen()
    said, kind = ranking.predictions.probabilities, question.head.kind
    waiting, counts = _waiting(question, ranking), count_sure(question)
    output = int(np.argmax(counts)) if question.output is None else question.output
    sure = sureness(said, kind, output)
    wanted = waiting[:, min(output, waiting.shape[1] - 1)] & (sure >= 0)
    return _Chosen(output, counts, ranking.ids[wanted], sure[wanted])


def _waiting(question: PageQuestion, ranking: Ranking) -> NDArray[np.bool_]:
    return question.waiting[np.maximum(ranking.ids, 0)] & (ranking.ids >= 0)[:, None]


def _answered(project: Project, question: PageQuestion) -> _Chosen:
    """Images with that answer which nobody has confirmed yet."""
    from core.project.reviewing import gather, look_again

    head, material = question.head, gather(project, question.head)
    targets = material.annotated.targets
    if head.kind is HeadKind.SCORE:
        has = in_bracket(targets[:, :1] * BRACKETS) == np.arange(BRACKETS + 1)
    else:
        has = targets == 1
    has &= ~material.confirmed & np.isin(material.ids, question.pool.ids)[:, None]  # (n, outputs)
    counts = has.sum(axis=0)
    output = int(counts.argmax()) if question.output is None else question.output
    rows = np.flatnonzero(has[:, output]).tolist()
    ids = material.ids[rows]
    against: dict[ImageId, AnswerValue | None] = dict.fromkeys(ImageId(one) for one in ids.tolist())
    try:
        look = look_again(material)
        against = {
            image: answer_from(look.opinion(row).tolist(), head) for image, row in zip(against, rows, strict=True)
        }
    except UserError:
        pass  # a version without out-of-fold answers says nothing against them
    return _Chosen(output, tuple(counts.tolist()), ids, np.ones(len(ids), np.float32), against)


def _together(ids: NDArray[np.int64], groups: NDArray[np.int64]) -> dict[ImageId, tuple[ImageId, ...]]:
    """The images of each group by its first one."""
    found: dict[int, list[ImageId]] = {}
    for image, group in zip(ids.tolist(), groups.tolist(), strict=True):
        found.setdefault(group, []).append(ImageId(image))
    return {images[0]: tuple(images) for images in found.values()}
