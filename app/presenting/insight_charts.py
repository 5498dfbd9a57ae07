"""Turns what is known of the images into pictures: counts, cells, and an image each beside its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.models.insight import Axis, Chart, Dots, Line, Mark, Tone
from app.views.figures import count
from core.project.insight import Insight
from core.review.confusion import confusion
from core.review.evidence import Evidence, contested
from core.review.flips import decided_bin
from core.review.spread import Rows, rows_by_bin, shares
from core.values import BRACKETS, HeadKind

_BAR = 0.26
_JITTER = 0.32
_MOST_TEXTS = 24
"""Places along an axis that still leave room for a figure in each cell."""


def places_of(insight: Insight) -> tuple[str, ...]:
    """What the bins are called."""
    if insight.head.kind is HeadKind.SCORE:
        return tuple(str(bracket) for bracket in range(BRACKETS + 1))
    return tuple(label.name for label in insight.head.labels)


def images(number: int) -> str:
    return "1 image" if number == 1 else f"{count(number)} images"


def judged_note(insight: Insight, judged: int) -> str:
    version = insight.version.number if insight.version is not None else 0
    return f"n = {count(judged)} annotated images, each judged by heads of v{version} that had not seen it"


def spread_chart(insight: Insight) -> Chart:
    """The answers, what is said of the same images unseen, and what is said of the others: shares of each."""
    head, names = insight.head, places_of(insight)
    series: list[tuple[Tone, str, list[Rows], NDArray[np.int64]]] = []
    if len(insight.ids):
        series.append((Tone.ANSWERED, "annotated", rows_by_bin(head.kind, insight.targets), insight.ids))
    if insight.evidence is not None:
        rows = rows_by_bin(head.kind, insight.evidence.probabilities)
        series.append((Tone.SAID, "the same, predicted without their answers", rows, insight.ids))
    if len(insight.open_ids):
        rows = rows_by_bin(head.kind, insight.open_said)
        series.append((Tone.OPEN, "without an answer, predicted", rows, insight.open_ids))
    marks: list[Mark] = []
    for place, (tone, what, rows, ids) in enumerate(series):
        heights = shares(rows, len(ids))
        for at, (one, height) in enumerate(zip(rows, heights.tolist(), strict=True)):
            x = at + (place - (len(series) - 1) / 2) * _BAR
            text = f"{names[at]}, {what}: {images(len(one))}, {100 * height:.1f} %"
            marks.append(Mark(text, ids[one], x, height / 2, tone, _BAR * 0.92, height))
    marks.sort(key=lambda mark: mark.x)
    highest = max((mark.height for mark in marks), default=0.0) or 1.0
    note = "Share of each set that falls to " + {HeadKind.SCORE: "a bracket"}.get(head.kind, "a label")
    if insight.asked_blind:
        note += f"; in none: {images(insight.asked_blind)} still to be asked blind"
    return Chart(
        note=note,
        x=named_axis("", names),
        y=Axis("share, %", 0.0, highest * 1.06, _percent_ticks(highest)),
        marks=tuple(marks),
        key=tuple((tone, f"{what}, n = {count(len(ids))}") for tone, what, _, ids in series),
    )


def confusion_chart(insight: Insight, evidence: Evidence, choice: int) -> Chart:
    tags = insight.head.kind is HeadKind.TAGS
    names = ("no", "yes") if tags else places_of(insight)
    found = confusion(evidence, choice if tags else 0)
    counts = found.counts()
    per_row = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    marks = []
    for answered, line in enumerate(found.cells):
        for said, rows in enumerate(line):
            share = float(counts[answered, said] / per_row[answered, 0])
            text = (
                f"answered {names[answered]}, said {names[said]}: {images(len(rows))}, "
                f"{100 * share:.0f} % of what was answered {names[answered]}"
            )
            right = answered == said
            figure = str(len(rows)) if len(rows) and len(names) <= _MOST_TEXTS else ""
            tone = Tone.RIGHT if right else Tone.WRONG
            marks.append(Mark(text, insight.ids[rows], said, answered, tone, 1.0, 1.0, share**0.5, figure))
    subject = f"{insight.head.labels[choice].name}: " if tags else ""
    return Chart(
        note=subject + judged_note(insight, found.judged),
        x=named_axis("said", names),
        y=replace(named_axis("answered", names), falls=True),
        marks=tuple(marks),
    )


def against_chart(insight: Insight, evidence: Evidence, choice: int) -> Chart:
    """Every annotated image: what was answered along x, what is said of it unseen along y."""
    kind = insight.head.kind
    if kind is HeadKind.SCORE:
        return _scores_against(insight, evidence)
    names: tuple[str, ...]
    if kind is HeadKind.TAGS:
        names, output = ("no", "yes"), choice
        answered = decided_bin(evidence.targets, kind)[:, output].astype(np.int64)
        said, wanted = evidence.probabilities[:, output], insight.head.labels[output].name
    else:
        names = places_of(insight)
        answered = decided_bin(evidence.targets, kind)[:, 0].astype(np.int64)
        own = evidence.probabilities[np.arange(len(evidence)), np.maximum(answered, 0)]
        said = own if choice == 0 else evidence.probabilities[:, choice - 1]
        wanted = "what was answered" if choice == 0 else insight.head.labels[choice - 1].name
    sides = contested(evidence)
    wrong: NDArray[np.bool_] = sides[:, choice] if kind is HeadKind.TAGS else np.asarray(sides.any(axis=1))
    known = np.flatnonzero((answered >= 0) & ~np.isnan(said))
    dots = Dots(
        x=answered[known] + _spread_out(len(known)),
        y=said[known].astype(np.float64),
        ids=insight.ids[known],
        wrong=wrong[known],
    )
    return Chart(
        note=judged_note(insight, len(known)),
        x=named_axis("answered", names),
        y=Axis(f"probability of {wanted}", -0.02, 1.02),
        dots=dots,
        key=_RIGHT_AND_WRONG,
    )


_RIGHT_AND_WRONG = ((Tone.RIGHT, "said as answered"), (Tone.WRONG, "said otherwise"))


def _scores_against(insight: Insight, evidence: Evidence) -> Chart:
    said, given = evidence.probabilities[:, 0] * BRACKETS, evidence.targets[:, 0] * BRACKETS
    known = np.flatnonzero(~np.isnan(said) & ~np.isnan(given))
    dots = Dots(
        x=given[known] + 0.4 * _spread_out(len(known)),
        y=said[known].astype(np.float64),
        ids=insight.ids[known],
        wrong=contested(evidence)[known, 0],
    )
    ends = np.array([0.0, BRACKETS])
    return Chart(
        note=judged_note(insight, len(known)),
        x=Axis("answered", -0.4, BRACKETS + 0.4),
        y=Axis("said", -0.4, BRACKETS + 0.4),
        dots=dots,
        lines=(Line(ends, ends, Tone.GUIDE, dashed=True),),
        key=((Tone.RIGHT, "within a bracket"), (Tone.WRONG, "further off")),
    )


def _spread_out(number: int) -> NDArray[np.float64]:  # (number,)
    """Side by side instead of one on the other; the same at every look (a golden-ratio sequence)."""
    return np.asarray((np.arange(number) * 0.6180339887498949 % 1.0 - 0.5) * 2 * _JITTER)


def named_axis(title: str, names: Sequence[str]) -> Axis:
    return Axis(title, -0.5, max(len(names), 1) - 0.5, tuple(enumerate(names)))


def _percent_ticks(highest: float) -> tuple[tuple[float, str], ...]:
    step = next(step for step in (0.01, 0.02, 0.05, 0.1, 0.2) if highest / step <= 8 or step == 0.2)
    return tuple((at * step, f"{100 * at * step:.0f}") for at in range(int(highest * 1.06 / step) + 1))
