"""Colours of the pictures in both themes: of what a mark means, of labels, and a ramp from low to high."""

from __future__ import annotations

import colorsys
from itertools import pairwise

from PySide6.QtGui import QColor

from app.models.insight import Scheme, Tone
from app.theme import Theme

_LIGHT = ("#1f62a8", "#c2410c", "#15803d", "#a21caf", "#8a6d00", "#0e7490", "#b3261e", "#5b4bb5", "#5f6b1a", "#9d3c6f")
_DARK = ("#7fb3ea", "#f2a65a", "#7bcf8e", "#e29af0", "#e3d26f", "#6fd3dc", "#f0928a", "#b3a8f5", "#b9c96a", "#f0a3c8")
_GOLDEN = 0.6180339887498949
_RAMP = ((0.0, "#3b4cc0"), (0.25, "#4f9bd9"), (0.5, "#8fc58f"), (0.75, "#e8b13c"), (1.0, "#c8372d"))
"""Dark blue to red, lightest in the middle; legible on both grounds."""


def tone_colour(theme: Theme, tone: Tone) -> QColor:
    return {
        Tone.ANSWERED: theme.bar,
        Tone.SAID: theme.accent,
        Tone.OPEN: theme.warning,
        Tone.RIGHT: theme.accent,
        Tone.WRONG: theme.danger,
        Tone.GUIDE: theme.dim,
    }[tone]


def map_colours(theme: Theme, scheme: Scheme, count: int) -> list[QColor]:
    """`count` colours, one for each code."""
    match scheme:
        case Scheme.LABELS:
            fixed = _DARK if theme.dark else _LIGHT
            return [QColor(fixed[at]) if at < len(fixed) else _further(theme, at) for at in range(count)]
        case Scheme.RAMP:
            return [_between(at / max(1, count - 1)) for at in range(count)]


def _further(theme: Theme, place: int) -> QColor:
    """Beyond the chosen ones, hues a golden angle apart."""
    light = (0.72, 0.6)[place % 2] if theme.dark else (0.36, 0.48)[place % 2]
    return QColor.fromRgbF(*colorsys.hls_to_rgb(place * _GOLDEN % 1.0, light, 0.6))


def _between(share: float) -> QColor:
    for (low, one), (high, other) in pairwise(_RAMP):
        if share <= high:
            part, start, end = (share - low) / (high - low), QColor(one), QColor(other)
            return QColor.fromRgbF(
                start.redF() + part * (end.redF() - start.redF()),
                start.greenF() + part * (end.greenF() - start.greenF()),
                start.blueF() + part * (end.blueF() - start.blueF()),
            )
    return QColor(_RAMP[-1][1])
