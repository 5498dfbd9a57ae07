"""What the search box and the list below it show."""

from __future__ import annotations

from dataclasses import dataclass

from core.find.completing import Suggestion


@dataclass(frozen=True, slots=True)
class FindMessage:
    """Why nothing is found, and what to do; the part of the query from `start` to `end` is marked."""

    title: str
    text: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class FindState:
    note: str = ""
    """Beside the box: how many were found, or that it is searching."""
    offers: tuple[Suggestion, ...] = ()
    message: FindMessage | None = None
    """Takes the place of the offers."""
