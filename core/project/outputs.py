"""What a version says of the pool, in the terms of the head as it is now."""

from __future__ import annotations

from dataclasses import replace
from shlex import quote
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError, Way
from core.project.folder import predictions_file
from core.values import Head, HeadKind, LabelId

if TYPE_CHECKING:
    from core.arrays.predictions import Predictions
    from core.project.facade import Project


def read_version(project: Project, head: Head, number: int | None) -> Predictions | None:
    """Memory-mapped where the labels are still those of the training; else a copy with the columns of today."""
    from core.arrays.predictions import read_predictions

    chosen = head.version if number is None else number
    if chosen is None:
        return None
    version = project.versions.get(head.head_id, chosen)
    file = predictions_file(project.folder / version.folder)
    if not file.is_file():
        return None
    return for_labels(read_predictions(file), head, project.versions.labels(head.head_id, chosen))


def lost_version(project: Project, head: Head, number: int | None = None) -> UserError | None:
    """What is wrong with the version in force, or another one, whose files are not there; None where they are."""
    chosen = head.version if number is None else number
    if chosen is None:
        return None
    folder = project.versions.get(head.head_id, chosen).folder
    if predictions_file(project.folder / folder).is_file():
        return None
    there = (project.folder / folder).is_dir()
    what = "its predictions are not there" if there else f"its folder {folder} is not there"
    if chosen != head.version:
        return UserError(f"{head.name} v{chosen} cannot be used: {what}", "choose another version")
    details = {"project": quote(project.shown), "head": quote(head.name)}
    remedy = "a check of the project puts another one in force, a training makes one"
    return UserError(f"{head.name} v{chosen} is in force, but {what}", remedy, Way.REPAIR, **details)


def check_version(project: Project, head: Head, number: int | None = None) -> None:
    """Raises UserError where the files of the version are not there."""
    if lost := lost_version(project, head, number):
        raise lost


def for_labels(predictions: Predictions, head: Head, trained: tuple[LabelId, ...]) -> Predictions:
    """Columns in the order of the head's labels; of one that came after the training nothing is said."""
    return replace(
        predictions,
        probabilities=for_outputs(predictions.probabilities, head, trained),
        members=for_outputs(predictions.members, head, trained),
    )


def for_outputs(values: NDArray[Any], head: Head, trained: tuple[LabelId, ...]) -> NDArray[Any]:
    """(..., trained) -> (..., labels of the head as it is now); as it is where these are the same."""
    wanted = tuple(label.label_id for label in head.labels)
    if wanted == trained or not wanted:
        return values
    columns = np.array([trained.index(label) if label in trained else -1 for label in wanted], dtype=np.int64)
    return _columns(values, columns, np.nan if head.kind is HeadKind.TAGS else 0.0)


def _columns(values: NDArray[Any], columns: NDArray[np.int64], unsaid: float) -> NDArray[Any]:
    """(..., trained) -> (..., labels)"""
    return np.where(columns >= 0, values[..., columns], unsaid).astype(values.dtype)
