"""Turns what is known of the images into pictures: curves over thresholds, over said probabilities, over versions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.models.insight import NO_IDS, Axis, Chart, Group, Line, Mark, Tone
from app.presenting.insight_charts import images, judged_note
from app.presenting.states import MEASURED_ON
from app.views.figures import count
from core.project.insight import Insight
from core.query.audit_draw import ENOUGH
from core.review.evidence import Evidence
from core.review.intervals import says_little, wilson
from core.review.kept_words import LITTLE
from core.review.learning import LearningPoint, learning_curve
from core.review.precision_recall import PrecisionRecall, Split, precision_recall
from core.review.progress import NEXT
from core.review.reliability import Bin, reliability
from core.values import BRACKETS, HeadKind

GROUPS = ("false positives", "false negatives", "true positives", "the rest")
_GROUP_TIPS = (
    "Kept, and your answer says no",
    "Not kept, and your answer says yes",
    "Kept, and your answer says yes",
    "Not kept, and your answer says no",
)
_FIGURES = {
    "mae": "mean error, brackets",
    "average_precision": "average precision, %",
    "accuracy": "right, %",
}


def threshold_curve(insight: Insight, evidence: Evidence, choice: int) -> PrecisionRecall:
    """Of a score the answers of at least `choice` + 1 are wanted, else the label in that place."""
    if insight.head.kind is HeadKind.SCORE:
        return precision_recall(evidence, 0, (choice + 1) / BRACKETS)
    return precision_recall(evidence, choice)


def precision_chart(insight: Insight, found: PrecisionRecall) -> Chart:
    scale = BRACKETS if insight.head.kind is HeadKind.SCORE else 1
    steps = np.append(found.thresholds.astype(np.float64), 0.0) * scale
    x = np.repeat(steps, 2)[1:-1]  # from one threshold down to the next the same images are kept
    said = "said score" if scale > 1 else "said probability"
    return Chart(
        note=judged_note(insight, len(found)),
        x=Axis(f"threshold: kept from this {said} on", -0.01 * scale, 1.01 * scale),
        y=Axis("share, %", -0.02, 1.04, tuple((tenth / 10, str(10 * tenth)) for tenth in range(0, 11, 2))),
        lines=(
            Line(x, np.repeat(found.precision, 2), Tone.SAID),
            Line(x, np.repeat(found.recall, 2), Tone.OPEN),
        ),
        key=((Tone.SAID, "precision: of the kept, those that should be"), (Tone.OPEN, "recall: of those, the kept")),
        has_threshold=True,
    )


def split_groups(split: Split) -> tuple[Group, ...]:
    sides = (split.false_alarms, split.misses, split.hits, split.rest)
    return tuple(Group(name, tip, len(rows)) for name, tip, rows in zip(GROUPS, _GROUP_TIPS, sides, strict=True))


def split_text(split: Split, threshold: float, kind: HeadKind) -> str:
    at = f"{threshold * BRACKETS:.1f}" if kind is HeadKind.SCORE else f"{100 * threshold:.1f} %"
    hits, kept = len(split.hits), len(split.hits) + len(split.false_alarms)
    figures = ("precision", split.precision, kept), ("recall", split.recall, hits + len(split.misses))
    parts = [f"from {at} on", *(_share_text(name, share, hits, of) for name, share, of in figures)]
    return " · ".join([*parts, f"{images(kept)} kept"])


def _share_text(name: str, share: float | None, hits: int, of: int) -> str:
    if share is None:
        return f"no {name}"
    little = f" of {of:,}, {LITTLE}" if says_little(*wilson(hits, of)) else ""
    return f"{name} {100 * share:.1f} %{little}"


def reliability_chart(insight: Insight, evidence: Evidence, choice: int) -> Chart:
    """Choice 0: what the head decides for, or every tag."""
    score = insight.head.kind is HeadKind.SCORE
    found = reliability(evidence, None if choice == 0 or score else choice - 1)
    scale = BRACKETS if score else 1
    marks = tuple(_bin_mark(insight, one, scale) for one in found.bins)
    ends = np.array([0.0, float(scale)])
    x, y = (np.array([getattr(mark, side) for mark in marks]) for side in ("x", "y"))
    note, margin = judged_note(insight, found.judged), 0.03 * scale
    if insight.head.kind is HeadKind.TAGS:
        note = note.replace("annotated images", "answers", 1)
    if found.gap is not None:
        note += f"; mean gap {found.gap * scale:.2f}" if score else f"; mean gap {100 * found.gap:.1f} %"
    return Chart(
        note=note,
        x=Axis("said score" if score else "said probability", -margin, scale + margin),
        y=Axis("mean answer" if score else "share that is true", -margin, scale + margin),
        marks=marks,
        lines=(Line(ends, ends, Tone.GUIDE, dashed=True), Line(x, y, Tone.SAID)),
        key=((Tone.SAID, "with its 95 % interval"), (Tone.GUIDE, "where every number would hold")),
    )


def learning_chart(insight: Insight) -> Chart | None:
    """None without a version that has a figure."""
    name, points = learning_curve(insight.versions)
    if not points:
        return None
    scale = 1.0 if name == "mae" else 100.0
    marks = [_version_mark(insight, name, _today(insight, name, point), scale) for point in points]
    x, y = (np.array([getattr(mark, side) for mark in marks], np.float64) for side in ("x", "y"))
    order = np.argsort(x, kind="stable")
    ahead = _ahead(insight, name, float(x[order[-1]]), float(y[order[-1]]), scale)
    ends = [float(line.y[-1]) for line in ahead]
    lows = [*(mark.y if mark.low is None else mark.low for mark in marks), *ends]
    highs = [*(mark.y if mark.high is None else mark.high for mark in marks), *ends]
    room = max(0.04 * (max(highs) - min(lows)), 0.01 * scale)
    return Chart(
        note=f"The figure of each version by the answers it had; {len(points)} "
        + ("version" if len(points) == 1 else "versions"),
        x=Axis("answers", 0.0, max([float(x.max()) * 1.05 + 1, *(float(line.x[-1]) + 5 for line in ahead)])),
        y=Axis(_FIGURES[name], min(lows) - room, max(highs) + room),
        marks=tuple(marks),
        lines=(Line(x[order], y[order], Tone.SAID), *ahead),
        key=(
            (Tone.SAID, "with its 95 % interval"),
            *(((Tone.OPEN, f"the next {NEXT} answers, with theirs"),) if ahead else ()),
        ),
        words=_words(insight),
    )


def _version_mark(insight: Insight, name: str, point: LearningPoint, scale: float) -> Mark:
    """The figure of a version, at the answers it had."""
    wrong = insight.wrong.get(point.version, NO_IDS)
    figure = f"{point.value:.2f}" if name == "mae" else f"{100 * point.value:.1f} %"
    measured = f"{count(point.n)} {MEASURED_ON.get(point.by, 'answers')}"
    text = f"v{point.version}, {count(point.annotations)} answers: {figure} on {measured}"
    return Mark(
        f"{text}; {images(len(wrong))} that it said otherwise without their answers",
        wrong,
        point.annotations,
        scale * point.value,
        Tone.SAID,
        low=None if point.low is None else scale * point.low,
        high=None if point.high is None else scale * point.high,
    )


def _today(insight: Insight, name: str, point: LearningPoint) -> LearningPoint:
    """On the audit set as it is answered now, which is larger than it was and the same for all versions."""
    found = insight.progress
    step = next((one for one in found.steps if one.version == point.version), None)
    if step is None or found.n < ENOUGH or name == "average_precision":
        return point
    figure = step.figure
    return replace(point, value=figure.value, low=figure.low, high=figure.high, n=found.n, by="audit")


def _ahead(insight: Insight, name: str, x: float, y: float, scale: float) -> tuple[Line, ...]:
    """From the newest version to where the next answers may lead; of a figure that they are not told in, nothing."""
    gain = insight.progress.ahead.gain
    if gain is None or name == "average_precision":
        return ()
    better = -1.0 if name == "mae" else 1.0
    across = np.array([x, x + NEXT])
    ends = ((gain.value, False), (gain.low, True), (gain.high, True))
    return tuple(Line(across, np.array([y, y + better * scale * end]), Tone.OPEN, dashed) for end, dashed in ends)


def _words(insight: Insight) -> tuple[str, ...]:
    return insight.progress.told()


def _bin_mark(insight: Insight, one: Bin, scale: float) -> Mark:
    said, true = ((f"{value * scale:.1f}" if scale > 1 else f"{100 * value:.0f} %") for value in (one.said, one.true))
    text = f"said {said}, true {true}: {images(len(one.rows))}"
    return Mark(
        text,
        insight.ids[one.rows],
        one.said * scale,
        one.true * scale,
        Tone.SAID,
        low=one.low * scale,
        high=one.high * scale,
    )
