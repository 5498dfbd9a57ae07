"""How far two versions of a head are apart on the same images, by heads that had not seen them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.values import HeadKind

if TYPE_CHECKING:
    from core.project.comparison import Comparison


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """newer - older, with its interval of 95 %."""

    figure: str
    """"accuracy" (of tags the share of the known ones that is right), or "mae" in brackets"""
    change: float
    low: float
    high: float
    images: int


def changed_figure(found: Comparison) -> ChangedFigure | None:
    """None where no image can be judged on both sides: figures of different images would be no comparison."""
    unseen = found.held_out
    if unseen is None or not unseen.images:
        return None
    gain = unseen.gain
    if found.head.kind is HeadKind.SCORE:
        return ChangedFigure("mae", -gain.value, -gain.high, -gain.low, unseen.images)
    return ChangedFigure("accuracy", gain.value, gain.low, gain.high, unseen.images)
