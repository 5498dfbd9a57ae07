"""Which tags a project may tell: by its answers as they are now (core.review.telling)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.review.telling import told_of
from core.values import Head, HeadKind, LabelId, TagsValue, VersionInfo

if TYPE_CHECKING:
    from core.arrays.predictions import Predictions
    from core.project.facade import Project


def told_by_version(project: Project, head: Head, version: VersionInfo | None) -> NDArray[np.bool_] | None:  # (tags,)
    """A version that came from elsewhere was taught there."""
    return told_of(head, _refused(project, head), taught_here=version is None or version.annotations > 0)


def told_in(project: Project, head: Head, said: Predictions) -> NDArray[np.bool_] | None:  # (tags,)
    """The same of what a version or the live head says; the labels' own words are no answers."""
    taught_here = "imported" not in said.metadata and said.metadata.get("source") != "text"
    return told_of(head, _refused(project, head), taught_here=taught_here)


def silent_outputs(project: Project, head: Head, number: int | None) -> tuple[int, ...]:
    """Outputs of a version (None: the one in force) that stand for tags which may not be told."""
    chosen = head.version if number is None else number
    version = None if chosen is None else project.versions.get(head.head_id, chosen)
    told = told_by_version(project, head, version)
    if version is None or told is None:
        return ()
    silent = {label.label_id for label, tells in zip(head.labels, told, strict=True) if not tells}
    trained = project.versions.labels(head.head_id, version.number)
    return tuple(place for place, label in enumerate(trained) if label in silent)


def _refused(project: Project, head: Head) -> frozenset[LabelId]:
    """Tags that some answer says no to."""
    if head.kind is not HeadKind.TAGS:
        return frozenset()
    given = set(project.annotations.standing(head.head_id).values)
    return frozenset().union(*(value.no for value in given if isinstance(value, TagsValue)))
