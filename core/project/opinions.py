"""What the heads that a tags head was made from say of the pool: opinions to order by, never answers.

Each tag is judged by the head it came from, by that head's version in force. Shapes: rows = images, tags = columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import find_hashes
from core.values import Head, HeadId, LabelId

if TYPE_CHECKING:
    from core.arrays.predictions import Predictions
    from core.project.facade import Project

TagOf = tuple[HeadId, LabelId]
"""The head that a tag came from, and its label there."""
BY_HEADS = "heads"
"""The source of such predictions, beside "live" and "text"."""


def tags_of(project: Project, head: Head) -> tuple[TagOf | None, ...]:
    """Where each of the head's labels came from; None for one that was added by hand."""
    came_from = {
        tag: (origin.head_id, label)
        for origin in project.origins.of(head.head_id)
        for label, tag in origin.tags.items()
        if tag is not None
    }
    return tuple(came_from.get(label.label_id) for label in head.labels)


def opinions_on(project: Project, tags: Sequence[TagOf | None]) -> Predictions | None:
    """A column for each of `tags`, NaN where nobody judges; None where no head among them has a version
    that says anything."""
    from core.arrays.predictions import Predictions

    known = {head.head_id: head for head in project.heads.all()}
    asked = [known[head_id] for head_id in dict.fromkeys(tag[0] for tag in tags if tag) if head_id in known]
    said = {head.head_id: (head, found) for head in asked if (found := project.predictions(head)) is not None}
    if not said:
        return None
    hashes = _union([predictions.hashes for _, predictions in said.values()])
    if not len(hashes):
        return None
    probabilities = np.full((len(hashes), len(tags)), np.nan, np.float16)
    for head, predictions in said.values():
        rows = find_hashes(hashes, predictions.hashes)
        places = {label.label_id: place for place, label in enumerate(head.labels)}
        for column, tag in enumerate(tags):
            if tag is not None and tag[0] == head.head_id and tag[1] in places:
                probabilities[rows, column] = predictions.probabilities[:, places[tag[1]]]
    return Predictions(
        hashes=hashes,
        probabilities=probabilities,
        members=probabilities[:, None],
        utility=np.zeros(len(hashes), np.float32),
        order=np.zeros(0, np.int64),
        metadata={"source": BY_HEADS},
    )


def _union(of_heads: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Every image that one of them speaks of; as a rule they speak of the same ones in the same order."""
    union = of_heads[0]
    for hashes in of_heads[1:]:
        if not np.array_equal(union, hashes):
            union = np.concatenate([union, hashes[find_hashes(union, hashes) < 0]])
    return union
