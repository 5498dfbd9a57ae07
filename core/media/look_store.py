"""What the pictures of a project look like, in one file beside their thumbnails; it can be made again from them."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from core.arrays.tensor_file import map_tensors, read_header, write_tensors
from core.errors import EnvironmentProblem
from core.media.looks import Looks

_FILE = "looks.safetensors"
_KEY, _VERSION = "looks", "1"
"""Raised when `look` is changed: then all are told anew."""
_TOLD, _ALL = "told", "yes"
"""How many of the first ones; older projects say "yes" of all, and of none nothing."""


class LookStore:
    """Written by one scan at a time."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE

    def read(self) -> tuple[Looks, int]:
        """And of how many, from the first on, the pairs were told.

        Nothing where the file is missing, broken or of another kind.
        """
        nothing = Looks.none(), 0
        if not self._path.exists():
            return nothing
        try:
            header = read_header(self._path)
            if header.metadata.get(_KEY) != _VERSION:
                return nothing
            arrays = map_tensors(self._path, header.tensors)
            looks = Looks(**{field.name: arrays[field.name].copy() for field in fields(Looks)})
        except (EnvironmentProblem, KeyError):
            return nothing
        return (looks, _count(header.metadata.get(_TOLD, ""), len(looks))) if looks.is_whole() else nothing

    def write(self, looks: Looks, told: int) -> None:
        arrays = {field.name: getattr(looks, field.name) for field in fields(Looks)}
        write_tensors(self._path, arrays, {_KEY: _VERSION, _TOLD: str(told)})


def _count(told: str, every: int) -> int:
    if told == _ALL:
        return every
    return min(int(told), every) if told.isdecimal() else 0
