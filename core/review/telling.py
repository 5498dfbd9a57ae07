"""Which tags are told: one that no answer says no to is likely everywhere, by the head too, which is no figure.

Letters: n = images, tags = labels of the head.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.review.evidence import EVEN
from core.values import Head, HeadKind, LabelId

NEVER_REFUSED = "no answer says no to it"
SAY_NO = "say no to it on an image that it does not fit"


def told_of(head: Head, refused: Collection[LabelId], *, taught_here: bool) -> NDArray[np.bool_] | None:  # (tags,)
    """By the tags that answers say no to. None: all may be told, as of a head that was not taught by these answers."""
    if head.kind is not HeadKind.TAGS or not taught_here:
        return None
    return np.array([label.label_id in refused for label in head.labels], np.bool_)


def told_by_targets(head: Head, targets: NDArray[np.floating]) -> NDArray[np.bool_] | None:  # (n, tags) -> (tags,)
    """The same by answers in rows: 1 yes, 0 no, NaN unknown."""
    refused = np.asarray((targets <= EVEN).any(axis=0))
    said_no = [label.label_id for place, label in enumerate(head.labels) if refused[place]]
    return told_of(head, said_no, taught_here=True)


def silenced(values: NDArray[Any], told: NDArray[np.bool_] | None) -> NDArray[Any]:
    """(..., tags), NaN where nothing may be told; as it is where all may be."""
    if told is None or told.all():
        return values
    return np.where(told, values, np.nan).astype(values.dtype)


def untold(head: Head, told: NDArray[np.bool_] | None) -> tuple[str, ...]:
    """The names of those that are not told."""
    names = [label.name for label in head.labels]
    return () if told is None else tuple(name for name, tells in zip(names, told, strict=True) if not tells)


def untold_text(names: Sequence[str]) -> str:
    """Empty where all are told."""
    them = "it" if len(names) == 1 else "them"
    return f"nothing is told of {', '.join(names)}: no answer says no to {them}" if names else ""


def unwritten_text(names: Sequence[str]) -> str:
    """The same where each tag that is told becomes a head of its own."""
    alone = "that tag" if len(names) == 1 else "these tags"
    return f"{untold_text(names)}; no head of {alone} alone is written" if names else ""
