"""An answer as the text that `annotations_csv.parse_value` reads, and as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from core.values import AnswerValue, ClassValue, LabelId, ScoreValue, TagsValue


def answer_text(value: AnswerValue, names: Mapping[LabelId, str]) -> str:
    """A label's name, a score, or tags as `a;b;-c` (yes, yes, no); a label that is gone by its number."""
    match value:
        case ClassValue(label=label):
            return name_of(label, names)
        case ScoreValue(score=score):
            return f"{score:g}"
        case TagsValue(yes=yes, no=no):
            return ";".join([*sorted_names(yes, names), *(f"-{name}" for name in sorted_names(no, names))])
        case _:
            assert_never(value)


def answer_json(value: AnswerValue, names: Mapping[LabelId, str]) -> str | float | dict[str, list[str]]:
    match value:
        case ClassValue(label=label):
            return name_of(label, names)
        case ScoreValue(score=score):
            return score
        case TagsValue(yes=yes, no=no):
            return {"yes": sorted_names(yes, names), "no": sorted_names(no, names)}
        case _:
            assert_never(value)


def sorted_names(labels: frozenset[LabelId], names: Mapping[LabelId, str]) -> list[str]:
    return sorted(name_of(label, names) for label in labels)


def name_of(label: LabelId, names: Mapping[LabelId, str]) -> str:
    return names.get(label, f"label {label}")
