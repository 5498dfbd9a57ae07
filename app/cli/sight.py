"""A word for who asks the built-in encoder what a picture shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.encoder_in_use import sees_content
from core.names import BUILT_IN

if TYPE_CHECKING:
    from core.values import Head, Metrics

SEES_FAULTS: Final = (
    f"{BUILT_IN} sees faults of a picture (compression, noise, colour fringes) and not what it shows; for "
    "content or taste embed with another one that `winnow encoders` lists, and add the head with that --encoder"
)
_FEW: Final = 10
"""Judged images that say too little."""
_POOR_ACCURACY: Final = 0.75
_POOR_CORRELATION: Final = 0.5
_POOR_PRECISION: Final = 0.6
"""A head of defects is above all three."""


def word_for_poor_figure(head: Head, figures: Metrics | None) -> str:
    """Empty of heads on other encoders, and where the figure is good or says too little."""
    if sees_content(head) or figures is None or figures.n < _FEW:
        return ""
    known = (
        (figures.rank_correlation, _POOR_CORRELATION),
        (figures.average_precision, _POOR_PRECISION),
        (figures.accuracy, _POOR_ACCURACY),
    )
    value, poor = next(((value, poor) for value, poor in known if value is not None), (1.0, 0.0))
    return f"the figure is poor: {SEES_FAULTS}" if value < poor else ""
