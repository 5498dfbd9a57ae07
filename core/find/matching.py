"""Which images a query means: NumPy over what the project holds of them.

Letters: n = images, outputs = labels of the head, or 1 for a score.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Protocol, assert_never

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.find.keys import NEAREST, Key, State
from core.find.names import named_outputs, paths_like
from core.find.spans import NotRead, read_span
from core.find.terms import All, AnyOf, Condition, Days, Not, Query, Span, Words, one_day_on
from core.review.evidence import decide
from core.values import BRACKETS, Head, HeadKind

KEPT: Final = 500
"""Of the images most like something."""
_SORTING: Final = (Key.SCORE, Key.ANSWER, Key.CONFIDENCE, Key.DISAGREEMENT, Key.CONFLICT, Key.DATE, Key.FILE_DATE)
_ROUND: Final = {Key.SCORE: 0.5, Key.CONFIDENCE: 0.005, Key.DISAGREEMENT: 0.005, Key.CONFLICT: 0.005}
"""How far a number may be from one that is named alone."""
_DIGITS: Final = {Key.SCORE: 2, Key.ANSWER: 1, Key.CONFIDENCE: 3, Key.DISAGREEMENT: 3, Key.CONFLICT: 3}
"""After the point; finer than that is the noise of half floats."""
_NONE, _ANY = "none", "any"


class Facts(Protocol):
    """What is known of n images; each is read when it is first asked for. NaN is nothing known."""

    @property
    def head(self) -> Head | None: ...

    def __len__(self) -> int: ...

    def paths(self) -> tuple[str, ...]:
        """In lower case."""

    def targets(self) -> NDArray[np.float32]:
        """(n, outputs) the answers, as heads learn them"""

    def said(self) -> NDArray[np.float32]:
        """(n, outputs) what the head says"""

    def numbers(self, key: Key) -> NDArray[np.float64]:
        """(n,) DISAGREEMENT, CONFLICT, VERSION, and DATE and FILE_DATE in seconds"""

    def state(self, state: State) -> NDArray[np.bool_]:
        """(n,)"""

    def likeness(self, key: Key, text: str) -> NDArray[np.float64]:
        """(n,) to an image of the project, or to words"""


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """The images that a query means, best first where it goes by a number."""

    rows: NDArray[np.int64]
    """(found,)"""
    by: Key | None = None
    """What they are in the order of; None: as they lie."""
    strength: NDArray[np.float64] | None = None
    """(found,) that number"""


def match(query: Query, facts: Facts) -> Match:
    """Raises UserError where a condition means nothing under the head."""
    parts = query.parts if isinstance(query, All) else (query,)
    nearest = next((part for part in parts if isinstance(part, Condition) and part.key in NEAREST), None)
    others = All(tuple(part for part in parts if part is not nearest))
    rows = np.flatnonzero(_mask(others, facts))
    if nearest is not None:
        assert isinstance(nearest.test, Words)
        strength = facts.likeness(nearest.key, nearest.test.text)[rows]
        order = np.argsort(-strength, kind="stable")[: min(KEPT, int(np.count_nonzero(~np.isnan(strength))))]
        return Match(rows[order], nearest.key, strength[order])
    sorting = next((part for part in parts if isinstance(part, Condition) and part.key in _SORTING), None)
    if sorting is None:
        return Match(rows)
    strength = _number(sorting.key, facts)[rows]
    rising = isinstance(sorting.test, Span) and sorting.test.low is None
    order = np.argsort(strength if rising else -strength, kind="stable")
    return Match(rows[order], sorting.key, strength[order])


def _mask(query: Query, facts: Facts) -> NDArray[np.bool_]:  # (n,)
    match query:
        case Condition():
            return _holds(query, facts)
        case All(parts):
            every = np.ones(len(facts), np.bool_)
            return np.asarray(np.logical_and.reduce([every, *(_mask(part, facts) for part in parts)]))
        case AnyOf(parts):
            return np.asarray(np.logical_or.reduce([_mask(part, facts) for part in parts]))
        case Not(part):
            return ~_mask(part, facts)
        case _:
            assert_never(query)


def _holds(condition: Condition, facts: Facts) -> NDArray[np.bool_]:
    test = condition.test
    match test:
        case State():
            return facts.state(test)
        case Days():
            return _within(facts.numbers(condition.key), _seconds(test))
        case Span():
            return _numbered(condition.key, test, facts)
        case Words(text):
            return _named(condition, text, facts)
        case _:
            assert_never(test)


def _named(condition: Condition, text: str, facts: Facts) -> NDArray[np.bool_]:
    match condition.key:
        case Key.WORD | Key.PATH:
            return paths_like(facts.paths(), text)
        case Key.ANNOTATION:
            return _values_named(condition.key, text, facts, facts.targets())
        case Key.PREDICTION:
            return _values_named(condition.key, text, facts, decide(facts.said(), _head(facts).kind))
        case Key.TAG:
            head = _head(facts)
            if head.kind is not HeadKind.TAGS:
                raise _useless(condition.key, head, "use annotation:")
            chosen = facts.targets()[:, named_outputs(head, text)]
            return np.asarray((chosen == (0 if condition.refused else 1)).any(axis=1))
        case _:
            raise AssertionError(f"{condition.key} goes by no name")


def _values_named(key: Key, text: str, facts: Facts, values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """`values` (n, outputs) in the form of answers."""
    head, lowered = _head(facts), text.casefold()
    known = ~np.isnan(values).all(axis=1)
    if lowered in (_NONE, _ANY) and lowered not in {label.name.casefold() for label in head.labels}:
        return np.asarray(~known if lowered == _NONE else known)
    if head.kind is not HeadKind.SCORE:
        return np.asarray((values[:, named_outputs(head, text)] == 1).any(axis=1))
    number = Key.ANSWER if key is Key.ANNOTATION else Key.SCORE
    try:
        return _numbered(number, read_span(text), facts)
    except NotRead:
        problem = f"{head.name} is a score head, and {key.value}:{text} names no score"
        raise UserError(problem, f"write {number.value}:>7, or {key.value}:none") from None


def _numbered(key: Key, span: Span, facts: Facts) -> NDArray[np.bool_]:
    return _within(_number(key, facts), _widened(key, span), _DIGITS.get(key))


def _number(key: Key, facts: Facts) -> NDArray[np.float64]:  # (n,)
    match key:
        case Key.SCORE | Key.ANSWER:
            head = _head(facts)
            if head.kind is not HeadKind.SCORE:
                other = "confidence: or prediction:" if key is Key.SCORE else "annotation:"
                raise _useless(key, head, f"use {other}")
            values = facts.said() if key is Key.SCORE else facts.targets()
            return values[:, 0].astype(np.float64) * BRACKETS
        case Key.CONFIDENCE:
            return _confidence(_head(facts), facts.said())
        case _:
            return facts.numbers(key)


def _confidence(head: Head, said: NDArray[np.float32]) -> NDArray[np.float64]:
    """Of the likeliest label; of tags, of the one that the head is least sure of."""
    if head.kind is HeadKind.SCORE:
        raise _useless(Key.CONFIDENCE, head, "use disagreement:")
    if head.kind is HeadKind.CLASS:
        return np.asarray(np.fmax.reduce(said, axis=1, initial=np.nan), np.float64)
    return np.asarray(np.fmin.reduce(np.maximum(said, 1 - said), axis=1, initial=np.nan), np.float64)


def _widened(key: Key, span: Span) -> Span:
    """A number alone means what rounds to it, where values are not whole."""
    if span.low is None or span.low != span.high or key not in _ROUND:
        return span
    return Span(span.low - _ROUND[key], span.low + _ROUND[key])


def _within(values: NDArray[np.float64], span: Span, digits: int | None = None) -> NDArray[np.bool_]:
    """`digits` after the point that values are compared with: predictions are half floats."""
    rounded = values if digits is None else np.round(values, digits)
    holds = ~np.isnan(values)
    if span.low is not None:
        holds &= rounded > span.low if span.low_open else rounded >= span.low
    if span.high is not None:
        holds &= rounded < span.high if span.high_open else rounded <= span.high
    return np.asarray(holds)


def _seconds(days: Days) -> Span:
    """From the first second of the first day to the last of the last, by the clock of this machine."""
    return Span(_midnight(days.first), _midnight(days.last and one_day_on(days.last)), high_open=True)


def _midnight(day: date | None) -> float | None:
    """None for days that no clock of ours shows."""
    if day is None or not 1971 <= day.year <= 9000:
        return None
    return datetime.combine(day, time.min).timestamp()


def _head(facts: Facts) -> Head:
    if facts.head is None:
        raise UserError("this project asks no question yet", "add a head, or search by path")
    return facts.head


def _useless(key: Key, head: Head, remedy: str) -> UserError:
    return UserError(f"{key.value}: says nothing under {head.name}, which is a {head.kind.value} head", remedy)
