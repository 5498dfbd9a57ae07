"""What a query says once it is read: conditions, joined by all, any and not; and the text that says the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from core.find.keys import Key, State


@dataclass(frozen=True, slots=True)
class Words:
    """A name or part of a path; * stands for any letters, ? for one."""

    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """From `low` to `high`; None is without an end there. Open ends are not in it."""

    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """Both days are in it; None is without an end there."""

    first: date | None = None
    last: date | None = None


Test = Words | Span | Days | State


@dataclass(frozen=True, slots=True)
class Condition:
    key: Key
    test: Test
    refused: bool = False
    """tag:-sky: an explicit no, which is not the same as no yes."""


@dataclass(frozen=True, slots=True)
class All:
    """Every part; without parts, every image."""

    parts: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Query


Query = Condition | All | AnyOf | Not
_PLAIN = re.compile(r'[^\s()"\\:-][^\s()"\\:]*')
_OPERATORS = ("OR", "AND", "NOT")


def write(query: Query) -> str:
    """Read again, it gives an equal query."""
    match query:
        case Condition():
            return _condition(query)
        case All(parts):
            return " ".join(_part(part) for part in parts)
        case AnyOf(parts):
            return " OR ".join(_part(part) for part in parts)
        case Not(part):
            return f"-{_part(part)}"
        case _:
            assert_never(query)


def conditions(query: Query) -> list[Condition]:
    """All that it goes by, from left to right."""
    match query:
        case Condition():
            return [query]
        case All(parts) | AnyOf(parts):
            return [one for part in parts for one in conditions(part)]
        case Not(part):
            return conditions(part)
        case _:
            assert_never(query)


def quoted(text: str) -> str:
    """As it is where no sign in it means anything, else between quotes."""
    if _PLAIN.fullmatch(text) and text not in _OPERATORS:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _part(query: Query) -> str:
    text = write(query)
    return f"({text})" if isinstance(query, All | AnyOf) else text


def _condition(condition: Condition) -> str:
    key, test = condition.key, condition.test
    match test:
        case Words(text):
            value = f"-{quoted(text)}" if condition.refused else quoted(text)
        case Span():
            value = _span(test)
        case Days():
            value = _days(test)
        case State():
            value = test.value
        case _:
            assert_never(test)
    return value if key is Key.WORD else f"{key.value}:{value}"


def _span(span: Span) -> str:
    low, high = (None if end is None else repr(end).removesuffix(".0") for end in (span.low, span.high))
    if low is not None and low == high:
        return low
    if low is None or high is None or span.low_open or span.high_open:
        sign, end = (">", low) if low is not None else ("<", high)
        closed = not (span.low_open if low is not None else span.high_open)
        return f"{sign}{'=' if closed else ''}{end}"
    return f"{low}..{high}"


def _days(days: Days) -> str:
    if days.first is not None and days.first == days.last:
        return days.first.isoformat()
    return f"{days.first or ''}..{days.last or ''}"


def one_day_on(day: date) -> date:
    """The day after, as far as there is one."""
    return min(day, date.max - timedelta(1)) + timedelta(1)


def one_day_back(day: date) -> date:
    return max(day, date.min + timedelta(1)) - timedelta(1)
