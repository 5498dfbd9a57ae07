"""Values, times and figures as the text that the database keeps. Equal values have equal text."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, assert_never

from core.errors import Bug
from core.values import (
    AnswerValue,
    ClassValue,
    Confirmation,
    FieldValue,
    LabelId,
    Metrics,
    Repeat,
    ScoreValue,
    TagsValue,
)


def now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def compact(document: Any) -> str:
    """JSON without spaces, keys sorted."""
    return json.dumps(document, separators=(",", ":"), sort_keys=True)


def value_text(value: FieldValue) -> str | None:
    """None for a cleared answer."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case ClassValue():
            return f'{{"label":{value.label}}}'
        case ScoreValue():
            return f'{{"score":{float(value.score)}}}'
        case TagsValue():
            return compact({"no": sorted(value.no), "yes": sorted(value.yes)})
        case Confirmation(stands, against):
            return f'{{"against":{value_text(against) or "null"},"stands":{value_text(stands)}}}'
        case Repeat(first, second, times):
            return f'{{"first":{value_text(first)},"second":{value_text(second)},"times":{times}}}'
        case _:
            assert_never(value)


@lru_cache(maxsize=65_536)
def value_of(text: str | None) -> FieldValue:
    """The value written as `text`. One object per text: values are frozen, and there are few of them."""
    if text is None:
        return None
    return _value(json.loads(text))


def _value(document: Any) -> FieldValue:
    match document:
        case None:
            return None
        case {"stands": stands, "against": against}:
            return Confirmation(_answer(_value(stands)), None if against is None else _answer(_value(against)))
        case {"first": first, "second": second, "times": int(times)}:
            return Repeat(_answer(_value(first)), _answer(_value(second)), times)
        case bool(flag):
            return flag
        case {"label": int(label)}:
            return ClassValue(LabelId(label))
        case {"score": float(score) | int(score)}:
            return ScoreValue(float(score))
        case {"yes": list(yes), "no": list(no)}:
            return TagsValue(frozenset(map(LabelId, yes)), frozenset(map(LabelId, no)))
        case _:
            raise Bug(f"the log holds a value of no known form: {document}")


def answer_of(text: str | None) -> AnswerValue | None:
    value = value_of(text)
    return None if value is None else _answer(value)


def _answer(value: FieldValue) -> AnswerValue:
    if value is None or isinstance(value, bool | Confirmation | Repeat):
        raise Bug(f"the log holds something else where an answer belongs: {value}")
    return value


def metrics_text(metrics: Metrics) -> str:
    return compact(asdict(metrics))


def metrics_of(text: str) -> Metrics:
    known = {field.name for field in fields(Metrics)}
    return Metrics(**{name: value for name, value in json.loads(text).items() if name in known})
