"""What is promised but not built says so in one line."""

from __future__ import annotations

from core.errors import UserError


def not_yet(what: str, remedy: str) -> UserError:
    return UserError(f"{what} is not there yet", remedy)
