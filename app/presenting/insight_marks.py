"""Which images are marked in a picture of the head: by its bars, colours, dots, or on which side of a threshold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.models.insight import Chart, Group, MapPicture, Selected, Tone
from app.presenting.insight_charts import images
from app.presenting.insight_curves import split_groups, split_text
from core.project.insight import Insight
from core.review.precision_recall import PrecisionRecall


def first_mark(chart: Chart) -> int:
    """The largest of those that say otherwise than the answer, else the first one that holds an image."""
    sizes = [len(mark.ids) for mark in chart.marks]
    wrong = [size if mark.tone is Tone.WRONG else 0 for size, mark in zip(sizes, chart.marks, strict=True)]
    return int(np.argmax(wrong if any(wrong) else np.array(sizes) > 0))


def next_mark(chart: Chart, place: int | None, by: int) -> int | None:
    """The next one that holds an image."""
    place = (-1 if place is None else place) + by
    while 0 <= place < len(chart.marks) and not len(chart.marks[place].ids):
        place += by
    return place if 0 <= place < len(chart.marks) else None


def next_colour(picture: MapPicture, place: int | None, by: int) -> Selected | None:
    """The images of the next colour that has any."""
    place = (-1 if place is None else place) + by
    while 0 <= place < len(picture.texts) and not np.any(picture.codes == place):
        place += by
    if not 0 <= place < len(picture.texts):
        return None
    ids = picture.ids[picture.codes == place]
    return Selected(f"{picture.texts[place]}: {images(len(ids))}", ids, mark=place)


def sides_of(chart: Chart) -> tuple[tuple[NDArray[np.int64], ...], tuple[Group, ...]]:
    """Of dots those said otherwise, and those said as answered, with what they are called."""
    dots = chart.dots
    assert dots is not None
    sides = (dots.ids[dots.wrong], dots.ids[~dots.wrong])
    groups = tuple(Group(text, "", len(ids)) for (_, text), ids in zip(reversed(chart.key), sides, strict=True))
    return sides, groups


def at_threshold(insight: Insight, curve: PrecisionRecall, threshold: float, group: int, scale: float) -> Selected:
    """One of the four sides of a threshold, 0 to 1; `scale` is that of the axis."""
    split = curve.split(threshold)
    sides = (split.false_alarms, split.misses, split.hits, split.rest)
    return Selected(
        text=split_text(split, threshold, insight.head.kind),
        ids=insight.ids[sides[group]],
        threshold=threshold * scale,
        groups=split_groups(split),
        group=group,
    )
