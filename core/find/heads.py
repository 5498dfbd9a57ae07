"""Which head a query means where none is named: the one that has what the query asks of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.errors import UserError
from core.find.keys import KEYS, Key
from core.find.names import named_outputs
from core.find.spans import NotRead, read_span
from core.find.terms import Condition, Query, Span, Words, conditions
from core.values import Head, HeadKind

OF_VERSIONS = frozenset({Key.PREDICTION, Key.SCORE, Key.CONFIDENCE, Key.DISAGREEMENT})
"""What a head says, which takes a version."""
_NAMED = frozenset({Key.ANNOTATION, Key.PREDICTION, Key.TAG})


def head_meant(heads: Sequence[Head], query: Query, has_version: Callable[[Head], bool]) -> Head | None:
    """The first of `heads`, the one shown first, that the query fits; one with a version where it takes one.

    Raises UserError where it fits none of several; of a single head, finding itself says what is wrong.
    """
    if len(heads) < 2:
        return next(iter(heads), None)
    asked = conditions(query)
    fitting: list[Head] = []
    lacking: list[UserError] = []
    for head in heads:
        try:
            _check(head, asked)
        except UserError as error:
            lacking.append(error)
        else:
            fitting.append(head)
    if not fitting:
        near = next((error.remedy for error in lacking if error.remedy.startswith("did you mean")), "")
        remedy = near or "ask one head at a time"
        raise UserError(", and ".join(error.problem for error in lacking), remedy)
    takes_version = any(condition.key in OF_VERSIONS for condition in asked)
    return next((head for head in fitting if takes_version and has_version(head)), fitting[0])


def _check(head: Head, asked: Sequence[Condition]) -> None:
    """Raises UserError at the first condition that means nothing under the head."""
    for condition in asked:
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
