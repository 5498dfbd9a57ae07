"""How the honest figure grew with the answers, version by version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.values import Metrics, VersionInfo

FIGURES = ("mae", "average_precision", "accuracy")
"""What a kind of head is judged by, the first that every version has."""


@dataclass(frozen=True, slots=True)
class LearningPoint:
    version: int
    annotations: int
    value: float
    low: float | None
    high: float | None
    """95 % interval, where the version has one"""
    n: int
    """Images that it was measured on"""
    by: str
    """How, as in core.values.Metrics"""


def learning_curve(versions: Iterable[VersionInfo]) -> tuple[str, tuple[LearningPoint, ...]]:
    """The name of the figure, and a point for each version that has it, the oldest first; "" without any."""
    known = list(versions)
    curves = {name: [point for one in known if (point := _point(one, name)) is not None] for name in FIGURES}
    most = max(len(points) for points in curves.values())
    name = next(name for name, points in curves.items() if len(points) == most)
    return (name, tuple(curves[name])) if most else ("", ())


def _point(version: VersionInfo, name: str) -> LearningPoint | None:
    metrics: Metrics = version.metrics
    value = getattr(metrics, name)
    if value is None:
        return None
    low, high = (getattr(metrics, f"{name}_{end}", None) for end in ("low", "high"))
    return LearningPoint(version.number, version.annotations, value, low, high, metrics.n, metrics.by)
