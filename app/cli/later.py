"""Commands that are promised but not built: each says so in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import typer

from core.errors import UserError

COMMANDS = ("estimate",)
GROUPS: dict[str, tuple[str, ...]] = {}

_ANYTHING = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def not_yet(what: str, remedy: str = "`winnow --help` lists what is") -> UserError:
    return UserError(f"{what} is not there yet", remedy)


def register(app: typer.Typer, names: Sequence[str], before: str = "") -> None:
    """Add promised commands, hidden from the help; `before` are the words that stand before each."""
    for name in names:
        _add(app, name, f"{before}{name}")


def _add(app: typer.Typer, name: str, words: str) -> None:
    def command() -> NoReturn:
        raise not_yet(f"`winnow {words}`")

    app.command(name, hidden=True, context_settings=_ANYTHING)(command)
