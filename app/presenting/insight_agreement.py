"""Turns answers that were given twice into pictures: how alike they are by label or bracket, and over time."""

from __future__ import annotations

from datetime import date

import numpy as np

from app.models.insight import Axis, Chart, InsightMessage, Line, Mark, Tone
from app.presenting.insight_charts import images, named_axis, places_of
from core.project.insight import Insight
from core.review.agreement import Agreement, Pairs, SelfCheck, check_self
from core.review.intervals import Figure
from core.values import HeadKind
from core.wording import signed

AGREEMENTS = ("by what was answered", "over time")
_TICKS = tuple((tenth / 10, str(10 * tenth)) for tenth in range(0, 11, 2))


def agreement_chart(insight: Insight, choice: int) -> Chart | None:
    """None where nothing was asked again yet."""
    if not len(insight.twice):
        return None
    found = check_self(insight.twice)
    return _over_time(insight, found) if choice == 1 else _by_answer(insight, found)


def nothing_twice(share: float) -> InsightMessage:
    if not share:
        text = "No answer is asked again: the share is 0. Edit the head to set another one."
    else:
        text = (
            f"{100 * share:g} % of the answered images come back, without what you answered. "
            "The first ones come ten minutes and fifty answers after you began."
        )
    return InsightMessage("Nothing was answered twice yet", text)


def _by_answer(insight: Insight, found: SelfCheck) -> Chart:
    names = places_of(insight)
    marks = tuple(
        _mark(insight.twice, one, at, f"{_first(insight)} {name}")
        for at, (name, one) in enumerate(zip(names, found.by_bin, strict=True))
        if one.share is not None
    )
    return Chart(
        note=_note(insight, found),
        x=named_axis("answered at first", names),
        y=Axis(f"{_alike(insight)} the second time, %", -0.02, 1.04, _TICKS),
        marks=marks,
        key=((Tone.SAID, "with its 95 % interval"),),
    )


def _over_time(insight: Insight, found: SelfCheck) -> Chart:
    pairs, marks = insight.twice, []
    names = [_days(pairs, one) for one in found.blocks]
    for at, one in enumerate(found.blocks):
        if one.share is not None:
            marks.append(_mark(pairs, one, at, f"asked again {names[at]}"))
    x, y = (np.array([getattr(mark, side) for mark in marks], np.float64) for side in ("x", "y"))
    return Chart(
        note=_note(insight, found),
        x=named_axis("asked again", names),
        y=Axis(f"{_alike(insight)}, %", -0.02, 1.04, _TICKS),
        marks=tuple(marks),
        lines=(Line(x, y, Tone.SAID),),
        key=((Tone.SAID, "with its 95 % interval"),),
    )


def _mark(pairs: Pairs, one: Agreement, at: int, what: str) -> Mark:
    assert one.share is not None
    share, apart = one.share, one.apart
    further = f", {apart.value:.2f} brackets apart on average" if apart is not None else ""
    ids = np.unique(pairs.ids[one.rows])
    text = f"{what}: {_percent(share)} alike{further}; {images(len(ids))}"
    return Mark(text, ids, at, share.value, Tone.SAID, low=share.low, high=share.high)


def _note(insight: Insight, found: SelfCheck) -> str:
    whole = found.whole
    tags = insight.head.kind is HeadKind.TAGS
    note = f"n = {whole.n}{' tags' if tags else ''}, answered twice"
    if whole.share is not None:
        note += f"; {_percent(whole.share)} alike"
    if found.kappa is not None:
        note += f"; kappa {signed(found.kappa, 2).removeprefix('+')}"
    if found.drift is not None:
        value, low, high = (signed(100 * one) for one in (found.drift.value, found.drift.low, found.drift.high))
        note += f"; newer half {value} points ({low} to {high})"
    return note


def _first(insight: Insight) -> str:
    return "tagged" if insight.head.kind is HeadKind.TAGS else "answered"


def _alike(insight: Insight) -> str:
    return "within half a bracket" if insight.head.kind is HeadKind.SCORE else "the same"


def _percent(one: Figure) -> str:
    return f"{100 * one.value:.0f} % ({100 * one.low:.0f} to {100 * one.high:.0f})"


def _days(pairs: Pairs, one: Agreement) -> str:
    first, last = (date.fromordinal(int(pairs.days[row])) for row in (one.rows[0], one.rows[-1]))
    begin = f"{first.day} {first:%b}"
    days = begin if first == last else f"{begin} – {last.day} {last:%b}"
    return f"{one.rows[0] + 1} to {one.rows[-1] + 1}, {days}"
