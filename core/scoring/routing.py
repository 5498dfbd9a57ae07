"""A class head decides which score head judges an image: photographs by one, drawings by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.scoring.answers import JudgedImage, UnscoredFile
from core.scoring.judging import Emit, IsCancelled, Judge, Memory, judge_files


@dataclass(frozen=True, slots=True)
class RoutedImage:
    path: str
    label: str
    model: str | None
    """None where no head was named for the label."""
    score: float | None
    """0 to 10."""


@dataclass(frozen=True, slots=True)
class Routed:
    images: tuple[RoutedImage, ...]
    failed: tuple[UnscoredFile, ...]


def route_files(
    by: Judge,
    use: Mapping[str, Judge],
    paths: Sequence[str],
    memory: Memory,
    emit: Emit,
    is_cancelled: IsCancelled,
) -> Routed:
    """`use` is the score head of each label. Heads that see with the eyes of `by` answer while it does.

    Those of other encoders then look at their own images alone. Raises Cancelled.
    """
    beside = list(dict.fromkeys(judge for judge in use.values() if judge.eyes is by.eyes))
    judged = judge_files([by, *beside], paths, memory, emit, is_cancelled)
    failed = list(judged.failed)
    label_of = {image.path: _label(by, image) for image in judged.images}
    scores: dict[str, float] = {}
    for place, judge in enumerate(beside, start=1):
        mine = {image.path: image.values[place][0] for image in judged.images}
        scores |= {path: mine[path] * judge.scale for path, label in label_of.items() if use.get(label) is judge}
    for judge in dict.fromkeys(judge for judge in use.values() if judge.eyes is not by.eyes):
        own = [path for path, label in label_of.items() if use.get(label) is judge]
        if own:
            answers = judge_files([judge], own, memory, emit, is_cancelled)
            scores |= {image.path: image.values[0][0] * judge.scale for image in answers.images}
            failed += answers.failed
    return Routed(_images(label_of, use, scores, failed), tuple(failed))


def _label(by: Judge, image: JudgedImage) -> str:
    values = image.values[0]
    return by.head.labels[values.index(max(values))]


def _images(
    label_of: Mapping[str, str], use: Mapping[str, Judge], scores: Mapping[str, float], failed: Sequence[UnscoredFile]
) -> tuple[RoutedImage, ...]:
    without = {one.path for one in failed}
    return tuple(
        RoutedImage(path, label, use[label].model if label in use else None, scores.get(path))
        for path, label in label_of.items()
        if path not in without
    )
