"""Values of the engine as text and JSON: answers, figures."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from core.changes import Changes
from core.exchange.answer_text import answer_json, answer_text
from core.review.chance import chance_text
from core.values import OUT_OF_FOLD, Confirmation, FieldValue, Head, LabelId, Metrics, Repeat


def label_names(head: Head) -> dict[LabelId, str]:
    return {label.label_id: label.name for label in head.labels}


def value_json(value: FieldValue, names: dict[LabelId, str]) -> object:
    """A label's name, a score, lists of tags, or a flag; a label that is gone by its number."""
    match value:
        case None | bool():
            return value
        case Confirmation(stands, against):
            opinion = None if against is None else answer_json(against, names)
            return {"stands": answer_json(stands, names), "against": opinion}
        case Repeat(first, second, _):
            return {"first": answer_json(first, names), "second": answer_json(second, names)}
        case _:
            return answer_json(value, names)


def value_text(value: FieldValue, names: dict[LabelId, str]) -> str:
    """As `winnow annotate` reads it."""
    match value:
        case None:
            return ""
        case bool():
            return "on" if value else "off"
        case Confirmation(stands, against):
            opinion = "" if against is None else f", not {answer_text(against, names)}"
            return f"{answer_text(stands, names)}{opinion}"
        case Repeat(first, second, _):
            return f"{answer_text(second, names)}, before {answer_text(first, names)}"
        case _:
            return answer_text(value, names)


def gave_way(changes: Changes) -> dict[str, object]:
    """Of an import: answers that were there and are others now, and tags that are open by it."""
    return {"replaced": changes.replaced.answers, "tags_lost": changes.replaced.tags}


def gave_way_lines(changes: Changes, project: Path) -> tuple[str, ...]:
    told = changes.replaced.told
    return (f"{told}; `winnow undo {project.as_posix()}` brings it back",) if told else ()


def metrics_json(metrics: Metrics) -> dict[str, object]:
    """Only the figures that the head's kind has."""
    return {key: value for key, value in asdict(metrics).items() if value is not None and value != {}}


def metrics_text(metrics: Metrics) -> str:
    """The honest line: the figure, its interval, on how many images or pairs, and how it was measured."""
    of = "" if metrics.pair_accuracy is None else " pairs"
    bent = ", no fair draw" if metrics.by == OUT_OF_FOLD and not of else ""
    line, chance = f"{_figure(metrics)} (n = {metrics.n}{of}, {metrics.by}{bent})", chance_text(metrics)
    return f"{line}: {chance}" if chance else line


def _figure(metrics: Metrics) -> str:
    found, low, high = metrics.average_precision, metrics.average_precision_low, metrics.average_precision_high
    if found is not None and low is not None and high is not None:
        return f"average precision {found:.1%}, 95 % interval {low:.1%} to {high:.1%}"
    if metrics.accuracy is not None:
        interval = ""
        if metrics.accuracy_low is not None and metrics.accuracy_high is not None:
            interval = f", 95 % interval {metrics.accuracy_low:.1%} to {metrics.accuracy_high:.1%}"
        return f"accuracy {metrics.accuracy:.1%}{interval}"
    if metrics.mae is not None:
        low, high = metrics.mae_low, metrics.mae_high
        interval = "" if low is None or high is None else f", 95 % interval {low:.2f} to {high:.2f}"
        rank = f", rank correlation {metrics.rank_correlation:.2f}" if metrics.rank_correlation is not None else ""
        return f"mean error {metrics.mae:.2f} brackets{interval}{rank}"
    low, high = metrics.pair_accuracy_low, metrics.pair_accuracy_high
    if metrics.pair_accuracy is not None and low is not None and high is not None:
        return f"pairs in order {metrics.pair_accuracy:.1%}, 95 % interval {low:.1%} to {high:.1%}"
    return "no figure yet"
