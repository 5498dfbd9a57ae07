"""A value of a YAML file as part of one short line, however often the file repeats itself inside it."""

from __future__ import annotations

from reprlib import Repr
from typing import Final

_DEEP: Final = 2
_LONGEST: Final = 80


def shown(value: object) -> str:
    writer = Repr()
    writer.maxlevel = _DEEP
    text = writer.repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
