"""Help and complaints in plain words, and numbers in plain digits: without the marks and ways of the parser."""

from __future__ import annotations

import inspect
import re
from typing import Any, get_args, get_type_hints

from typer.core import TyperCommand

from app.cli.options import plain_digits
from core.errors import UserError

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

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        for option, text in self._numbers(ctx, args):
            try:
                plain_digits(text)
            except ValueError:
                raise UserError(f"{option} cannot be {text!r}", "write the number in plain digits") from None
        return super().parse_args(ctx, args)

    def _numbers(self, ctx: Any, args: list[str]) -> list[tuple[str, str]]:
        """Each option that takes a number, with what was typed for it."""
        if not any("_" in word or not word.isascii() for word in args):
            return []
        kinds = get_type_hints(inspect.unwrap(self.callback)) if self.callback else {}
        said: dict[str, Any] = self.make_parser(ctx).parse_args(list(args))[0]
        takers = [one for one in self.params if {int, float} & {kinds.get(one.name), *get_args(kinds.get(one.name))}]
        return [(one.opts[0], said[one.name]) for one in takers if isinstance(said.get(one.name), str)]

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
