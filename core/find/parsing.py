"""Reads a query: what it means, or the place where it means nothing and what to write there."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from core.errors import UserError
from core.find.keys import KEYS, NEAREST, STATES, Key, State, Takes, key_of
from core.find.spans import NotRead, read_days, read_span
from core.find.terms import All, AnyOf, Condition, Not, Query, Test, Words, conditions

DEEPEST = 40
"""Parentheses inside parentheses."""
LONGEST = 4_000
_SPACE = re.compile(r"\s+")
_KEY = re.compile(r"([A-Za-z][A-Za-z-]*):")


class QueryError(UserError):
    """The part of the query from `start` to `end` means nothing."""

    def __init__(self, problem: str, remedy: str, start: int, end: int) -> None:
        super().__init__(problem, remedy)
        self.start = start
        self.end = end


@dataclass(frozen=True, slots=True)
class Token:
    """A sign that stands for itself, or a word with its key."""

    start: int
    end: int
    sign: str = ""
    """( ) - OR AND, or empty for a word"""
    key: str = ""
    text: str = ""
    plain_start: bool = False
    """The value begins outside of quotes."""


def parse(text: str, today: date) -> Query:
    """`today` is what `date:today` means. Raises QueryError, and nothing else."""
    if len(text) > LONGEST:
        raise QueryError(f"the query has {len(text):,} signs", f"use at most {LONGEST:,}", LONGEST, len(text))
    found = _Parser(split(text), len(text), today).whole()
    _check_nearest(found, text)
    return found


def split(text: str, *, closed: bool = True) -> list[Token]:
    """The words and signs of a query. `closed`: quotes must be; otherwise the text ends them."""
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        if space := _SPACE.match(text, place):
            place = space.end()
            continue
        sign = text[place]
        if sign in "()" or (sign == "-" and place + 1 < len(text) and not text[place + 1].isspace()):
            tokens.append(Token(place, place + 1, sign))
        else:
            tokens.append(_word(text, place, closed=closed))
        place = tokens[-1].end
    return tokens


def _word(text: str, start: int, *, closed: bool) -> Token:
    key = _KEY.match(text, start)
    value_start = key.end() if key else start
    value, end = _value(text, value_start, closed=closed)
    raw = text[start:end]
    if raw in ("OR", "AND"):
        return Token(start, end, raw)
    plain = text[value_start : value_start + 1] not in ('"', "")
    return Token(start, end, "", key.group(1) if key else "", value, plain)


def _value(text: str, start: int, *, closed: bool) -> tuple[str, int]:
    """What stands from `start` on without its quotes, and where it ends."""
    found, place = "", start
    while place < len(text) and not text[place].isspace() and text[place] not in "()":
        if text[place] == '"':
            inner, place = _quoted(text, place, closed=closed)
            found += inner
        else:
            found += text[place]
            place += 1
    return found, place


def _quoted(text: str, start: int, *, closed: bool) -> tuple[str, int]:
    found, place = "", start + 1
    while place < len(text) and text[place] != '"':
        if text[place] == "\\" and text[place + 1 : place + 2] in ('"', "\\"):
            place += 1
        found += text[place]
        place += 1
    if place >= len(text) and closed:
        raise QueryError("the quotes are not closed", 'write another " after the words', start, len(text))
    return found, min(place + 1, len(text))


class _Parser:
    """any: all OR all ...; all: one one ...; one: -one, (any), or a word."""

    def __init__(self, tokens: list[Token], length: int, today: date) -> None:
        self._tokens = tokens
        self._length = length
        self._today = today
        self._place = 0
        self._depth = 0

    def whole(self) -> Query:
        if not self._tokens:
            return All()
        found = self._any()
        left = self._next()
        if left is not None:  # only a closing parenthesis ends a part early
            raise QueryError("this parenthesis closes nothing", "take it out, or quote it", left.start, left.end)
        return found

    def _next(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _any(self) -> Query:
        parts = [self._all()]
        while (token := self._next()) is not None and token.sign == "OR":
            self._place += 1
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all(self) -> Query:
        parts = [self._one()]
        while (token := self._next()) is not None and token.sign not in (")", "OR"):
            if token.sign == "AND":
                self._place += 1
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Query:
        token = self._next()
        if token is None or token.sign in ("OR", "AND", ")"):
            start, end = (self._length, self._length) if token is None else (token.start, token.end)
            raise QueryError("a condition is missing here", "write one, such as is:flagged", start, end)
        self._depth += 1
        if self._depth > DEEPEST:
            raise QueryError("the query is too deep", f"use at most {DEEPEST} levels", token.start, token.end)
        self._place += 1
        match token.sign:
            case "-":
                found: Query = Not(self._one())
            case "(":
                found = self._any()
                self._close(token)
            case _:
                found = _condition(token, self._today)
        self._depth -= 1
        return found

    def _close(self, opened: Token) -> None:
        token = self._next()
        if token is None:
            raise QueryError("this parenthesis is not closed", "write a ) after it", opened.start, opened.end)
        self._place += 1


def _condition(token: Token, today: date) -> Condition:
    if not token.key:
        if not token.text:
            raise QueryError("empty quotes find nothing", "write a part of the path", token.start, token.end)
        return Condition(Key.WORD, Words(token.text))
    key = key_of(token.key)
    if key is None:
        known = [one.value for one in KEYS]
        near = difflib.get_close_matches(token.key.casefold(), [*known, "label"], n=1)
        remedy = f"did you mean {near[0]}:?" if near else f"use one of {', '.join(known)}, or put the word in quotes"
        raise QueryError(f"nothing goes by {token.key}:", remedy, token.start, token.start + len(token.key))
    if key is Key.TAG and token.plain_start and token.text.startswith("-"):
        return Condition(key, _test(key, replace(token, text=token.text[1:]), today), refused=True)
    return Condition(key, _test(key, token, today))


def _test(key: Key, token: Token, today: date) -> Test:
    info, text = KEYS[key], token.text
    try:
        match info.takes:
            case Takes.WORDS if text:
                return Words(text)
            case Takes.WORDS:
                raise NotRead("nothing follows")
            case Takes.NUMBER:
                return read_span(text, most=info.most)
            case Takes.WHOLE:
                return read_span(text, whole=True)
            case Takes.DAYS:
                return read_days(text, today)
            case Takes.STATE:
                return _state(text)
            case _:
                assert_never(info.takes)
    except NotRead as why:
        example = f", such as {info.examples[0]}" if info.examples else ""
        remedy = str(why.remedy) or f"write {info.takes.value} after {token.key.casefold()}:{example}"
        raise QueryError(f"{token.key}:{text} cannot be read: {why}", remedy, token.start, token.end) from None


def _state(text: str) -> State:
    lowered = text.casefold()
    if lowered in tuple(State):
        return State(lowered)
    near = difflib.get_close_matches(lowered, [state.value for state in STATES], n=1)
    listed = f"use one of {', '.join(STATES)}"
    problem = f"{text!r} is no state" if text else "nothing follows"
    raise NotRead(problem, f"did you mean is:{near[0]}?" if near else listed)


def _check_nearest(query: Query, text: str) -> None:
    """What orders all images may stand once, beside the other conditions and not inside OR or after a minus."""
    every = [one for one in conditions(query) if one.key in NEAREST]
    alone = query.parts if isinstance(query, All) else (query,)
    for one in every:
        if len(every) > 1 or one not in alone:
            name = f"{one.key.value}:"
            start = max(text.casefold().find(name), 0)
            remedy = "use it once, without OR, minus and parentheses, beside other conditions"
            raise QueryError(f"{name} orders all images", remedy, start, start + len(name))
