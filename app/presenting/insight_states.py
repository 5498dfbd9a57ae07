"""Which pictures there are of a head, what can be chosen in each, and what one lacks that cannot be drawn yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import numpy as np

from app.models.bars import EmptyAction
from app.models.insight import Chart, InsightMessage, MapPicture, Picture
from app.presenting.insight_agreement import AGREEMENTS, agreement_chart, nothing_twice
from app.presenting.insight_charts import against_chart, confusion_chart, images, spread_chart
from app.presenting.insight_curves import learning_chart, precision_chart, reliability_chart, threshold_curve
from app.presenting.insight_map import COLOURINGS
from core.project.insight import Insight
from core.review.evidence import Evidence
from core.review.precision_recall import PrecisionRecall
from core.values import BRACKETS, Head, HeadKind

_RETRAIN = EmptyAction("retrain", "Retrain", primary=True)
_ANSWER = EmptyAction("single", "Answer images", primary=True)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A picture, or what it lacks."""

    chart: Chart | None = None
    map: MapPicture | None = None
    message: InsightMessage | None = None
    curve: PrecisionRecall | None = None
    """Under the threshold."""

    @property
    def empty(self) -> bool:
        """It is being worked out."""
        return self.chart is None and self.map is None and self.message is None


def choices(head: Head, picture: Picture) -> tuple[str, ...]:
    """What a picture can be about; empty where there is nothing to choose."""
    labels = tuple(label.name for label in head.labels)
    match picture, head.kind:
        case Picture.PRECISION, HeadKind.SCORE:
            return tuple(f"answers of {bracket} or more" for bracket in range(1, BRACKETS + 1))
        case Picture.PRECISION, _:
            return labels
        case Picture.CONFUSION | Picture.AGAINST, HeadKind.TAGS:
            return labels
        case Picture.AGAINST, HeadKind.CLASS:
            return ("what was answered", *labels)
        case Picture.RELIABILITY, HeadKind.CLASS:
            return ("what the head decides for", *labels)
        case Picture.RELIABILITY, HeadKind.TAGS:
            return ("every tag", *labels)
        case Picture.AGREEMENT, _:
            return AGREEMENTS
        case Picture.MAP, _:
            return COLOURINGS
        case _:
            return ()


def first_choice(head: Head, picture: Picture) -> int:
    """Of a score the upper half."""
    return BRACKETS // 2 - 1 if (picture, head.kind) == (Picture.PRECISION, HeadKind.SCORE) else 0


def draw(insight: Insight, picture: Picture, choice: int) -> Drawn:
    if not len(insight.ids) and not len(insight.open_ids):
        return Drawn(message=_no_answers())
    if picture is Picture.LEARNING:
        chart = learning_chart(insight)
        return Drawn(chart) if chart is not None else Drawn(message=_no_figure(insight))
    if picture is Picture.SPREAD:
        return Drawn(spread_chart(insight))
    if picture is Picture.AGREEMENT:
        twice = agreement_chart(insight, choice)
        return Drawn(twice) if twice is not None else Drawn(message=nothing_twice(insight.again_share))
    evidence = insight.evidence
    if evidence is None:
        return Drawn(message=_no_evidence(insight))
    return _draw_judged(insight, evidence, picture, choice)


def no_head() -> InsightMessage:
    return InsightMessage(
        "Nothing to draw yet",
        "Make a head and answer some images: pictures show what was answered beside what is said.",
        (EmptyAction("new_head", "New head…", primary=True),),
    )


def reading() -> InsightMessage:
    return InsightMessage("Reading what was answered and said…", "The picture comes in a moment.")


def mapping(number: int) -> InsightMessage:
    return InsightMessage("Making the map", f"Once for {images(number)}; new ones are placed into it later.")


def unmapped(problem: str) -> InsightMessage:
    text = f"{problem[:1].upper()}{problem[1:]}. It comes as soon as images are embedded."
    return InsightMessage("There is no map yet", text)


def unreadable(problem: str) -> InsightMessage:
    return InsightMessage("This cannot be drawn", f"{problem}.", (_RETRAIN,))


def _draw_judged(insight: Insight, evidence: Evidence, picture: Picture, choice: int) -> Drawn:
    match picture:
        case Picture.AGAINST:
            return Drawn(against_chart(insight, evidence, choice))
        case Picture.CONFUSION:
            return Drawn(confusion_chart(insight, evidence, choice))
        case Picture.PRECISION:
            curve = threshold_curve(insight, evidence, choice)
            if not np.any(curve.positive):
                return Drawn(message=_never_answered(choices(insight.head, picture)[choice]))
            return Drawn(precision_chart(insight, curve), curve=curve)
        case Picture.RELIABILITY:
            return Drawn(reliability_chart(insight, evidence, choice))
        case Picture.SPREAD | Picture.LEARNING | Picture.AGREEMENT | Picture.MAP:
            raise AssertionError("drawn before")
        case _:
            assert_never(picture)


def _no_answers() -> InsightMessage:
    return InsightMessage("Nothing to draw yet", "It needs answers: give some, then retrain (Ctrl+R).", (_ANSWER,))


def _no_evidence(insight: Insight) -> InsightMessage:
    missing = insight.missing[:1].upper() + insight.missing[1:]
    return InsightMessage("Nothing to hold against the answers yet", f"{missing}.", (_RETRAIN,))


def _no_figure(insight: Insight) -> InsightMessage:
    if insight.versions:
        text = "No version was measured yet: Ctrl+R makes one that is."
    else:
        text = "It needs a version: Ctrl+R makes one from every answer. Each one more adds a point."
    return InsightMessage("No learning curve yet", text, (_RETRAIN,))


def _never_answered(name: str) -> InsightMessage:
    return InsightMessage(f"Nothing is known of {name}", "No answer says yes to it. Choose another one (Q).")
