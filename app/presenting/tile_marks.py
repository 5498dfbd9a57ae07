"""From the answers for the tiles of a picture to what is drawn over it."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from app.models.tile_marks import TileMark
from core.scoring.tile_answers import AskedHead, TileAnswers, combined
from core.values import BRACKETS, Combine, HeadKind
from core.wording import probability_percent

_ANCHORS = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.5, 0.5))
"""Four corners and the centre, in the order in which pictures are cut."""


def tile_marks(
    answers: TileAnswers, *, combine: Combine | None = None, with_default: bool = True
) -> tuple[TileMark, ...]:
    """`combine` is as the head was trained unless told otherwise; without the default class label 0 is left out."""
    whole = combined(answers.values, combine or answers.head.combine)
    shown = shown_outputs(answers.head, with_default=with_default)
    outputs = [output for output in shown if not isnan(whole[output])]  # nothing was learned of the others
    if not outputs:
        return ()
    decided = max(outputs, key=lambda output: whole[output])
    leading = max(range(len(answers.values)), key=lambda tile: answers.values[tile][decided])
    return tuple(
        TileMark(
            place,
            answer_text(answers.head, values, outputs),
            _ANCHORS[number % len(_ANCHORS)],
            leading=number == leading and len(answers.values) > 1,
        )
        for number, (place, values) in enumerate(zip(answers.places, answers.values, strict=True))
    )


def shown_outputs(head: AskedHead, *, with_default: bool) -> tuple[int, ...]:
    """Which outputs are spoken of; the default class is the first label of a class head of several."""
    first = 1 if not with_default and head.kind is HeadKind.CLASS and len(head.labels) > 1 else 0
    return tuple(range(first, max(len(head.labels), 1)))


def answer_text(head: AskedHead, values: Sequence[float], outputs: Sequence[int]) -> str:
    """The likeliest of `outputs` with its probability, or the score."""
    if head.kind is HeadKind.SCORE:
        return f"{values[0] * BRACKETS:.1f}"
    best = max(outputs, key=lambda output: values[output])
    return f"{head.labels[best]} {probability_percent(values[best])}"
