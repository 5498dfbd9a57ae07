"""Values of the engine as text and JSON: answers, predictions, figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict

from core.exchange.answer_text import answer_json, answer_text
from core.values import BRACKETS, FieldValue, Head, HeadKind, LabelId, Metrics


def label_names(head: Head) -> dict[LabelId, str]:
    return {label.label_id: label.name for label in head.labels}


def value_json(value: FieldValue, names: dict[LabelId, str]) -> object:
    """A label's name, a score, lists of tags, or a flag; a label that is gone by its number."""
    return value if value is None or isinstance(value, bool) else answer_json(value, names)


def value_text(value: FieldValue, names: dict[LabelId, str]) -> str:
    """As `winnow annotate` reads it."""
    match value:
        case None:
            return ""
        case bool():
            return "on" if value else "off"
        case _:
            return answer_text(value, names)


def metrics_json(metrics: Metrics) -> dict[str, object]:
    """Only the figures that the head's kind has."""
    return {key: value for key, value in asdict(metrics).items() if value is not None and value != {}}


def metrics_text(metrics: Metrics) -> str:
    """The honest line: the figure, its interval, on how many images, and how it was measured."""
    return f"{_figure(metrics)} (n = {metrics.n}, {metrics.by})"


def _figure(metrics: Metrics) -> str:
    if metrics.accuracy is not None:
        interval = ""
        if metrics.accuracy_low is not None and metrics.accuracy_high is not None:
            interval = f", 95 % interval {metrics.accuracy_low:.1%} to {metrics.accuracy_high:.1%}"
        return f"accuracy {metrics.accuracy:.1%}{interval}"
    if metrics.mae is not None:
        rank = f", rank correlation {metrics.rank_correlation:.2f}" if metrics.rank_correlation is not None else ""
        return f"mean error {metrics.mae:.2f} brackets{rank}"
    if metrics.mean_average_precision is not None:
        return f"mean average precision {metrics.mean_average_precision:.1%}"
    return "no figure yet"


def prediction_json(kind: HeadKind, labels: Sequence[str], values: Sequence[float]) -> dict[str, object]:
    """What a head says of one image. `values`: one for each output, NaN (null in JSON) where it learned nothing."""
    if kind is HeadKind.SCORE:
        return {"score": round(float(values[0]) * BRACKETS, 3)}
    probabilities = {name: round(float(value), 4) for name, value in zip(labels, values, strict=True)}
    if kind is HeadKind.TAGS:
        said_yes = [name for name, value in probabilities.items() if value > 0.5]
        told = {name: None if math.isnan(value) else value for name, value in probabilities.items()}
        return {"labels": said_yes, "probabilities": told}
    best = max(probabilities, key=lambda name: probabilities[name])
    return {"label": best, "probability": probabilities[best], "probabilities": probabilities}


def prediction_text(kind: HeadKind, labels: Sequence[str], values: Sequence[float]) -> str:
    """The same in a few characters."""
    if kind is HeadKind.SCORE:
        return f"{float(values[0]) * BRACKETS:.1f}"
    if kind is HeadKind.TAGS:
        return _tags_text(labels, values)
    value, name = max(zip(values, labels, strict=True))
    return f"{name} {float(value):.0%}"


def _tags_text(labels: Sequence[str], values: Sequence[float]) -> str:
    """Every yes, the likeliest first; where there is none, the tag that comes nearest to one."""
    learned = [(float(value), name) for name, value in zip(labels, values, strict=True) if not math.isnan(value)]
    ranked = [(value, f"{name} {value:.0%}") for value, name in sorted(learned, key=lambda one: one[0], reverse=True)]
    yes = "; ".join(text for value, text in ranked if value > 0.5)
    return yes or (f"none ({ranked[0][1]})" if ranked else "")
