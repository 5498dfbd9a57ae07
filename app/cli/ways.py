"""The ways out of an error, in the words of the command line: options and commands."""

from __future__ import annotations

from typing import Final, assert_never

from core.errors import UserError, Way

_INSISTING: Final = ("score",)
"""Commands that take an encoder for a head, whatever it was trained on."""


def in_words(error: UserError, command: str) -> str:
    """The line of an error with the option or command that helps; `command` is the first word that was typed."""
    if error.way is None or (error.way is Way.INSIST and command not in _INSISTING):
        return str(error)
    return f"{error}{_added(error.way, error.details)}"


def _added(way: Way, details: dict[str, str]) -> str:
    match way:
        case Way.ENCODER:
            return " (--encoder ID)"
        case Way.INSIST:
            return ", or insist with --encoder ID"
        case Way.NAME:
            return " (--name NAME)"
        case Way.SCALE:
            return " (--scale MIN MAX)"
        case Way.SCORES:
            return " (--kind score)"
        case Way.EACH_TAG:
            return " (without --each-tag)"
        case Way.DEEPER:
            return " (--recursive)"
        case Way.IMAGES:
            return " (`winnow scan --images DIR`)"
        case Way.CREATE:
            return f" (`winnow create {details['project']} --images DIR`)"
        case Way.EMBED:
            tiles = "" if details["tiles"] == "none" else f" --tiles {details['tiles']}"
            return f": `winnow embed {details['project']} --encoder {details['encoder']}{tiles}`"
        case Way.REPAIR:
            project, head = details["project"], details["head"]
            return f": `winnow check {project} --repair` or `winnow train {project} {head}`"
        case Way.UPGRADE:
            return f": `winnow check {details['project']} --repair`"
        case _:
            assert_never(way)
