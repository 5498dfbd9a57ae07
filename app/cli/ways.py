"""The ways out of an error, in the words of the command line: options and commands."""

from __future__ import annotations

from typing import assert_never

from core.errors import UserError, Way


def in_words(error: UserError) -> str:
    """The line of an error with the option or command that helps."""
    return f"{error}{_added(error.way, error.details) if error.way is not None else ''}"


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
        case Way.UPGRADE:
            return f": `winnow check {details['project']} --repair`"
        case _:
            assert_never(way)
