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
_TOLD, _YES = "told", "yes"


class LookStore:
    """Written by one scan at a time."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE

    def read(self) -> tuple[Looks, bool]:
        """And whether the pairs among them were told. Nothing where the file is missing, broken or of another kind."""
        nothing = Looks.none(), True
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
        return (looks, header.metadata.get(_TOLD) == _YES) if looks.is_whole() else nothing

    def write(self, looks: Looks, *, told: bool) -> None:
        arrays = {field.name: getattr(looks, field.name) for field in fields(Looks)}
        write_tensors(self._path, arrays, {_KEY: _VERSION, _TOLD: _YES if told else ""})
