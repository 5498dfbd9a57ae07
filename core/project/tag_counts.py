"""How a unified head's tags stand, and how many images each head has still to be asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import find_hashes
from core.project.opinions import TagOf, opinions_on, tags_of
from core.project.unify import NO, UNKNOWN, YES, Plan, TakenOver, states_of
from core.values import Head, ImageId

if TYPE_CHECKING:
    from core.project.facade import Project

EVEN = 0.5


@dataclass(frozen=True, slots=True)
class TagCount:
    """Of the images that have any answer."""

    yes: int
    no: int
    unknown: int
    review: int
    """Images where the tag is open and the head that it came from has an opinion."""
    likely: int
    """Of these, the images that it says yes to."""


def planned_counts(project: Project, plan: Plan, taken: TakenOver) -> tuple[TagCount, ...]:
    """One for each tag of the plan, as they would stand."""
    tags = [(tag.head.head_id, tag.label.label_id) for tag in plan.tags]
    return _counts(project, tags, taken.ids, taken.states)


def standing_counts(project: Project, head: Head) -> tuple[TagCount, ...]:
    """One for each label of the head, as they stand."""
    standings = project.annotations.standing(head.head_id)
    ids = standings.ids[~standings.excluded]
    answers = dict(zip(map(ImageId, standings.ids.tolist()), standings.values, strict=True))
    states = states_of(ids, answers, [label.label_id for label in head.labels])
    return _counts(project, tags_of(project, head), ids, states)


def _counts(
    project: Project, tags: Sequence[TagOf | None], ids: NDArray[np.int64], states: NDArray[np.int8]
) -> tuple[TagCount, ...]:
    answered = (states != UNKNOWN).any(axis=1)
    ids, states = ids[answered], states[answered]
    opinions = _opinions(project, tags, ids)  # (images, tags)
    open_here = (states == UNKNOWN) & ~np.isnan(opinions)
    likely = open_here & (opinions > EVEN)
    return tuple(
        TagCount(
            yes=int((states[:, tag] == YES).sum()),
            no=int((states[:, tag] == NO).sum()),
            unknown=int((states[:, tag] == UNKNOWN).sum()),
            review=int(open_here[:, tag].sum()),
            likely=int(likely[:, tag].sum()),
        )
        for tag in range(len(tags))
    )


def _opinions(project: Project, tags: Sequence[TagOf | None], ids: NDArray[np.int64]) -> NDArray[np.float32]:
    """(images, tags), NaN where nobody judges or there is no file to look at."""
    found = np.full((len(ids), len(tags)), np.nan, np.float32)
    said = opinions_on(project, tags)
    if said is None:
        return found
    table = project.images.all()
    places = table.rows(ids)
    here = np.flatnonzero(places >= 0)
    rows = find_hashes(said.hashes, table.hashes[places[here]])
    found[here[rows >= 0]] = said.probabilities[rows[rows >= 0]]
    return found
