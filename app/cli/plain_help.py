"""Help and complaints in plain words: without the marks, types and phrases of the parser."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand

_BRACES = re.compile(r"\{([\w.:@]+)\}")
_TYPE = re.compile(r" <[\w\[\]]+>(?= {2}|$)", re.MULTILINE)
_BETWEEN = re.compile(r"(\d+)<=x<=(\d+)")
_AT_LEAST = re.compile(r"x>=(\d+)")
_COMPLAINTS = tuple(
    (re.compile(phrase, re.IGNORECASE), words)
    for phrase, words in (
        (r"input should be a valid integer\b.*", "it must be a whole number"),
        (r"input should be a valid number\b.*", "it must be a number"),
        (r"input should be greater than or equal to (\S+)", r"it must be \1 or more"),
        (r"input should be less than or equal to (\S+)", r"it must be \1 or less"),
    )
)
"""What the parser's checker says, and what is meant."""


class PlainCommand(TyperCommand):
    """A command whose help says PROJECT where the parser would say {PROJECT} and <path>."""

    def get_help(self, ctx: Any) -> str:  # the parser's context: typer brings a click of its own since 0.2x
        return plain(super().get_help(ctx))


def plain(text: str) -> str:
    """The columns stay where they are."""
    bare = _TYPE.sub(lambda found: " " * len(found[0]), _BRACES.sub(r"\1", text))
    return _AT_LEAST.sub(r"\1 or more", _BETWEEN.sub(r"\1 to \2", bare))


def plain_complaint(text: str) -> str:
    """What a value must be, where the parser would tell how it failed to read it."""
    for phrase, words in _COMPLAINTS:
        text = phrase.sub(words, text)
    return text
