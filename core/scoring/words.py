"""What a head says of one image, as JSON and in a few characters."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.values import BRACKETS, HeadKind
from core.wording import probability_percent


def prediction_json(kind: HeadKind, labels: Sequence[str], values: Sequence[float]) -> dict[str, object]:
    """What a head says of one image. `values`: one for each output, NaN (null in JSON) where it learned nothing.

    Not rounded: whoever takes a number from here as a limit gets the images that have it, and no label by chance.
    """
    if kind is HeadKind.SCORE:
        score = float(values[0]) * BRACKETS
        return {"score": None if math.isnan(score) else score}
    probabilities = {name: float(value) for name, value in zip(labels, values, strict=True)}
    told = {name: None if math.isnan(value) else value for name, value in probabilities.items()}
    if kind is HeadKind.TAGS:
        said_yes = [name for name, value in probabilities.items() if value > 0.5]
        return {"labels": said_yes, "probabilities": told}
    known = [name for name, value in probabilities.items() if not math.isnan(value)]
    best = max(known, key=probabilities.__getitem__, default=None)
    return {"label": best, "probability": None if best is None else probabilities[best], "probabilities": told}


def prediction_text(kind: HeadKind, labels: Sequence[str], values: Sequence[float]) -> str:
    """The same in a few characters."""
    if kind is HeadKind.SCORE:
        return "" if math.isnan(values[0]) else f"{float(values[0]) * BRACKETS:.1f}"
    if kind is HeadKind.TAGS:
        return _tags_text(labels, values)
    learned = [(float(value), name) for value, name in zip(values, labels, strict=True) if not math.isnan(value)]
    if not learned:
        return ""
    value, name = max(learned)
    return f"{name} {probability_percent(value)}"


def _tags_text(labels: Sequence[str], values: Sequence[float]) -> str:
    """Every yes, the likeliest first; where there is none, the tag that comes nearest to one."""
    learned = [(float(value), name) for name, value in zip(labels, values, strict=True) if not math.isnan(value)]
    ranked = [
        (value, f"{name} {probability_percent(value)}")
        for value, name in sorted(learned, key=lambda one: one[0], reverse=True)
    ]
    yes = "; ".join(text for value, text in ranked if value > 0.5)
    return yes or (f"none ({ranked[0][1]})" if ranked else "")
