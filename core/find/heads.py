"""Which head a query means where none is named: the one that has what the query asks of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

from core.errors import UserError
from core.find.keys import KEYS, Key
from core.find.names import named_outputs
from core.find.spans import NotRead, read_span
from core.find.terms import All, AnyOf, Condition, Not, Query, Span, Words, conditions
from core.values import Head, HeadKind

ONE_AT_A_TIME = "ask one head at a time"
OF_VERSIONS = frozenset({Key.PREDICTION, Key.SCORE, Key.CONFIDENCE, Key.DISAGREEMENT})
"""What a head says, which takes a version."""
_NAMED = frozenset({Key.ANNOTATION, Key.PREDICTION, Key.TAG})


Either = type[AnyOf] | type[All]
"""What joins alternatives: a minus turns it, for not both is not the one or not the other."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A head, and what it is asked."""

    head: Head | None
    query: Query
    left_out: tuple[Query, ...] = ()
    """Alternatives that mean nothing under this head, and something under another one."""
    turned: tuple[Either, ...] = ()
    """What joins alternatives within each of them"""


def head_meant(heads: Sequence[Head], query: Query, has_version: Callable[[Head], bool]) -> Meant:
    """The first of `heads`, the one shown first, that the query fits; one with a version where it takes one.

    Of what an OR joins it is enough that one part means something under the head, but a head under which all parts do
    comes first. Raises UserError where the query fits none of several, or an alternative means nothing under any; of a
    single head, finding itself says what is wrong.
    """
    if len(heads) < 2:
        return Meant(next(iter(heads), None), query)
    fitting = _fitting(heads, query, AnyOf)
    fewest = min(len(meant.left_out) for meant in fitting)
    best = [meant for meant in fitting if len(meant.left_out) == fewest]
    _check_left_out(heads, best[0])
    takes_version = any(condition.key in OF_VERSIONS for condition in conditions(query))
    return next((one for one in best if takes_version and one.head is not None and has_version(one.head)), best[0])


def _check_left_out(heads: Sequence[Head], meant: Meant) -> None:
    """Raises UserError where one of them means nothing under any head."""
    for part, either in zip(meant.left_out, meant.turned, strict=True):
        fitting = _fitting(heads, part, either)
        _check_left_out(heads, min(fitting, key=lambda one: len(one.left_out)))


def _fitting(heads: Sequence[Head], query: Query, either: Either) -> list[Meant]:
    """Raises UserError where it fits none."""
    fitting: list[Meant] = []
    lacking: list[UserError] = []
    for head in heads:
        left_out: list[tuple[Query, Either]] = []
        try:
            asked = _within(head, query, left_out, either)
            fitting.append(Meant(head, asked, tuple(one for one, _ in left_out), tuple(how for _, how in left_out)))
        except UserError as error:
            lacking.append(error)
    if fitting:
        return fitting
    near = next((error.remedy for error in lacking if error.remedy.startswith("did you mean")), "")
    raise UserError(", and ".join(error.problem for error in lacking), near or _known(heads, query) or ONE_AT_A_TIME)


def _known(heads: Sequence[Head], query: Query) -> str:
    """The labels there are, for a label that no head has; else empty."""
    if not isinstance(query, Condition) or query.key not in _NAMED:
        return ""
    names = dict.fromkeys(label.name for head in heads for label in head.labels)
    return f"there are {', '.join(names)}" if names else ""


def _within(head: Head, query: Query, left_out: list[tuple[Query, Either]], either: Either) -> Query:
    """The query without alternatives that mean nothing under the head; raises UserError where nothing is left of it."""
    match query:
        case Condition():
            _check(head, query)
            return query
        case Not(part):
            return Not(_within(head, part, left_out, All if either is AnyOf else AnyOf))
        case AnyOf(parts) | All(parts):
            if isinstance(query, either) and parts:
                kept = _alternatives(head, parts, left_out, either)
                return kept[0] if len(kept) == 1 else either(kept)
            return type(query)(tuple(_within(head, part, left_out, either) for part in parts))
        case _:
            assert_never(query)


def _alternatives(
    head: Head, parts: Sequence[Query], left_out: list[tuple[Query, Either]], either: Either
) -> tuple[Query, ...]:
    kept: list[Query] = []
    lacking: list[UserError] = []
    for part in parts:
        within: list[tuple[Query, Either]] = []
        try:
            kept.append(_within(head, part, within, either))
        except UserError as error:
            lacking.append(error)
            within = [(part, either)]
        left_out += within
    if not kept:
        raise lacking[0]
    return tuple(kept)


def _check(head: Head, condition: Condition) -> None:
    """Raises UserError where the condition means nothing under the head."""
    match condition.test:
        case Words(text) if condition.key in _NAMED:
            _check_name(head, condition.key, text)
        case Span() if head.kind not in KEYS[condition.key].kinds:
            raise _no_such(head, condition.key)
        case _:
            pass


def _check_name(head: Head, key: Key, text: str) -> None:
    if key is Key.TAG and head.kind is not HeadKind.TAGS:
        raise _no_such(head, key)
    if key is not Key.TAG and text.casefold() in ("none", "any"):
        return
    if head.kind is not HeadKind.SCORE:
        named_outputs(head, text)
        return
    try:
        read_span(text)
    except NotRead:
        raise UserError(f"{head.name} has no label {text!r}", "it is a score head") from None


def _no_such(head: Head, key: Key) -> UserError:
    return UserError(f"{head.name} is a {head.kind.value} head and has no {key.value}:", "name another head")
