"""Numbers and days as they follow a key: 7, >7, >=7, 5..7.5, 60%; 2026, 2026-11, 2026-11-01.., today."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from core.find.terms import Days, Span, one_day_back, one_day_on

_NUMBER = re.compile(r"(-?\d{1,15}(?:\.\d{1,20})?(?:e[+-]?\d{1,2})?)(%?)", re.ASCII)
_SIGN = re.compile(r"(>=|<=|>|<|=)?(.*)", re.DOTALL)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)


class NotRead(Exception):
    """Why a value cannot be read, and what to write instead, where that can be said better than in general."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.remedy = remedy


def read_span(text: str, *, whole: bool = False, most: float = float("inf")) -> Span:
    """Raises NotRead. `whole`: numbers without a fraction; `most`: numbers from 0 to that, where it is finite."""
    span = _read_span(text, whole=whole)
    for end in (span.low, span.high):
        if end is not None and most < float("inf") and not 0 <= end <= most:
            raise NotRead(f"it lies from 0 to {most:g}")
    return span


def _read_span(text: str, *, whole: bool) -> Span:
    low, dots, high = text.partition("..")
    if dots:
        lowest, highest = (_number(end, whole=whole) if end else None for end in (low, high))
        if lowest is None and highest is None:
            raise NotRead("neither end is named")
        if lowest is not None and highest is not None and lowest > highest:
            raise NotRead(f"{low} is more than {high}", "write the lower number first")
        return Span(lowest, highest)
    sign, rest = _signed(text)
    number = _number(rest, whole=whole)
    match sign:
        case ">" | ">=":
            return Span(low=number, low_open=sign == ">")
        case "<" | "<=":
            return Span(high=number, high_open=sign == "<")
        case _:
            return Span(number, number)


def read_days(text: str, today: date) -> Days:
    """Raises NotRead. A month or a year is all of its days."""
    low, dots, high = text.partition("..")
    if dots:
        first = _days(low, today).first if low else None
        last = _days(high, today).last if high else None
        if first is None and last is None:
            raise NotRead("neither end is named")
        if first is not None and last is not None and first > last:
            raise NotRead(f"{low} is after {high}", "write the earlier day first")
        return Days(first, last)
    sign, rest = _signed(text)
    days = _days(rest, today)
    assert days.first is not None and days.last is not None
    match sign:
        case ">":
            return Days(first=one_day_on(days.last))
        case ">=":
            return Days(first=days.first)
        case "<":
            return Days(last=one_day_back(days.first))
        case "<=":
            return Days(last=days.last)
        case _:
            return days


def _signed(text: str) -> tuple[str, str]:
    found = _SIGN.fullmatch(text)
    assert found is not None
    return found.group(1) or "", found.group(2)


def _number(text: str, *, whole: bool) -> float:
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise NotRead(f"{text!r} is no number" if text else "a number is missing")
    number = float(found.group(1)) / (100 if found.group(2) else 1)
    if whole and not number.is_integer():
        raise NotRead(f"{text} is no whole number")
    return number + 0.0  # no -0.0, which is written otherwise


def _days(text: str, today: date) -> Days:
    match text.casefold():
        case "today":
            return Days(today, today)
        case "yesterday":
            return Days(today - timedelta(1), today - timedelta(1))
        case "week":
            return Days(today - timedelta(6), today)
    found = _DAY.fullmatch(text)
    if found is None:
        raise NotRead(f"{text!r} is no day" if text else "a day is missing")
    year, month, day = (None if part is None else int(part) for part in found.groups())
    assert year is not None
    try:
        if month is None:
            return Days(date(year, 1, 1), date(year, 12, 31))
        if day is None:
            return Days(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
        return Days(date(year, month, day), date(year, month, day))
    except ValueError:
        raise NotRead(f"there is no day {text}") from None
