"""Turns the places of the images into a map, coloured by the answers, by what is said, or where the two differ."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.models.insight import NOTHING, MapPicture, Scheme
from app.presenting.insight_charts import images, places_of
from core.project.insight import Insight
from core.project.mapping import ImageMap
from core.review.conflicts import conflict
from core.review.flips import decided_bin
from core.values import HeadKind

_STEPS = 5
_STRONGEST = 4.0
"""Spreads that a score is off by at the end of the ramp."""


class Colouring(StrEnum):
    ANNOTATION = "by annotation"
    PREDICTION = "by prediction"
    CONFLICT = "by conflict"


COLOURINGS = tuple(Colouring)


def map_picture(insight: Insight, where: ImageMap, choice: int) -> MapPicture:
    colouring = COLOURINGS[choice]
    if colouring is Colouring.CONFLICT:
        codes, names, rest = _conflicts(insight), _conflict_names(insight), "without an answer"
    elif colouring is Colouring.PREDICTION:
        codes, rest = _predicted(insight), "nothing predicted"
        names = _names(insight)
    else:
        codes, rest = [(insight.ids, _codes(insight.head.kind, insight.targets))], "without an answer"
        names = _names(insight)
    ramp = colouring is Colouring.CONFLICT or insight.head.kind is HeadKind.SCORE
    return MapPicture(
        note=_note(insight, where, colouring),
        places=where.places,
        ids=where.ids,
        codes=_spread(where.ids, codes),
        names=names,
        texts=_texts(insight, colouring, names),
        scheme=Scheme.RAMP if ramp else Scheme.LABELS,
        rest=rest,
    )


_Coded = list[tuple[NDArray[np.int64], NDArray[np.int16]]]
"""Ids and their codes."""


def _predicted(insight: Insight) -> _Coded:
    """Answered images by heads that had not seen them, the others by the version."""
    kind, evidence = insight.head.kind, insight.evidence
    coded = [(insight.open_ids, _codes(kind, insight.open_said))]
    if evidence is not None:
        coded.append((insight.ids, _codes(kind, evidence.probabilities)))
    return coded


def _conflicts(insight: Insight) -> _Coded:
    if insight.evidence is None:
        return []
    strength = conflict(insight.evidence)
    if insight.head.kind is HeadKind.SCORE:
        strength = strength / _STRONGEST
    known = ~np.isnan(strength)
    steps = np.clip(np.nan_to_num(strength) * _STEPS, 0, _STEPS - 1).astype(np.int16)
    return [(insight.ids, np.where(known, steps, NOTHING).astype(np.int16))]


def _codes(kind: HeadKind, values: NDArray[np.floating]) -> NDArray[np.int16]:  # (n, outputs) -> (n,)
    """Of tags the only one that is a yes, else "several tags" or "no tag"."""
    found = decided_bin(values, kind)
    if kind is not HeadKind.TAGS:
        return found[:, 0]
    yes, known = found == 1, (found >= 0).any(axis=1)
    count, tags = yes.sum(axis=1), found.shape[1]
    codes = np.where(count == 1, yes.argmax(axis=1), np.where(count > 1, tags, tags + 1))
    return np.where(known, codes, NOTHING).astype(np.int16)


def _names(insight: Insight) -> tuple[str, ...]:
    names = places_of(insight)
    if insight.head.kind is HeadKind.SCORE:
        return tuple(name if place in (0, len(names) - 1) else "" for place, name in enumerate(names))
    return (*names, "several tags", "no tag") if insight.head.kind is HeadKind.TAGS else names


def _texts(insight: Insight, colouring: Colouring, names: tuple[str, ...]) -> tuple[str, ...]:
    verb = {Colouring.ANNOTATION: "answered", Colouring.PREDICTION: "said to be", Colouring.CONFLICT: "contradicted"}
    if colouring is Colouring.CONFLICT:
        return tuple(f"{verb[colouring]}, step {place + 1} of {len(names)}" for place in range(len(names)))
    full = places_of(insight) if insight.head.kind is HeadKind.SCORE else names
    return tuple(f"{verb[colouring]} {name}" for name in full)


def _conflict_names(insight: Insight) -> tuple[str, ...]:
    """The ends of the ramp in words."""
    return ("said as answered", *[""] * (_STEPS - 2), "contradicted") if insight.evidence is not None else ()


def _spread(ids: NDArray[np.int64], coded: _Coded) -> NDArray[np.int16]:  # (images,)
    size = max((int(one.max(initial=-1)) for one in (ids, *(of for of, _ in coded))), default=-1) + 1
    codes = np.full(size, NOTHING, np.int16)
    for of, values in coded:
        codes[of] = values
    return codes[ids]


def _note(insight: Insight, where: ImageMap, colouring: Colouring) -> str:
    near = (
        f"{images(len(where.ids))}; what lies close is alike to {insight.head.encoder.rstrip('/').rsplit('/', 1)[-1]}"
    )
    judged = int(np.count_nonzero(insight.evidence.judged())) if insight.evidence is not None else 0
    if colouring is Colouring.ANNOTATION or not judged:
        return near
    return f"{near}; {judged} annotated ones judged by heads that had not seen them"
