"""Commands that are promised but not built: each says so in one line."""

from __future__ import annotations

from typing import NoReturn

import typer

from core.errors import UserError

COMMANDS = ("route", "stats", "versions", "use", "compare", "estimate")
GROUPS = {"export": ("head", "dataset"), "import": ("head", "folders", "npy")}

_ANYTHING = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def not_yet(what: str, remedy: str = "`winnow --help` lists what is") -> UserError:
    return UserError(f"{what} is not there yet", remedy)


def register(app: typer.Typer) -> None:
    """Add every promised command, hidden from the help."""
    for name in COMMANDS:
        _add(app, name, name)
    for group, names in GROUPS.items():
        sub = typer.Typer(help="Not there yet.")
        for name in names:
            _add(sub, name, f"{group} {name}")
        app.add_typer(sub, name=group, hidden=True)


def _add(app: typer.Typer, name: str, words: str) -> None:
    def command() -> NoReturn:
        raise not_yet(f"`winnow {words}`")

    app.command(name, hidden=True, context_settings=_ANYTHING)(command)
