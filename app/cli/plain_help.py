"""Help as plain text: names as a person types them, without the parser's own marks and types around them."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand

_BRACES = re.compile(r"\{([\w.:@]+)\}")
_TYPE = re.compile(r" <[\w\[\]]+>(?= {2}|$)", re.MULTILINE)


class PlainCommand(TyperCommand):
    """A command whose help says PROJECT where the parser would say {PROJECT} and <path>."""

    def get_help(self, ctx: Any) -> str:  # the parser's context: typer brings a click of its own since 0.2x
        return plain(super().get_help(ctx))


def plain(text: str) -> str:
    """The columns stay where they are."""
    return _TYPE.sub(lambda found: " " * len(found[0]), _BRACES.sub(r"\1", text))
