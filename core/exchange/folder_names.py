"""Folders whose names say something else than the label that their number stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from core.exchange.numbered import evaluation_entry, number_of_folder

_UNSAFE: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_NOT_IN_NAMES: Final = re.compile(r"[\W_]+")
_LISTED: Final = 6


@dataclass(frozen=True, slots=True)
class Misnamed:
    """`folder` is read as `read_as`, and is called otherwise."""

    folder: str
    read_as: str
    meant: str | None
    """The label of the head that it is called after; None where it is called after none."""

    @property
    def text(self) -> str:
        if self.meant is None:
            return f"{self.folder} is read as {self.read_as}"
        return f"{self.folder} is read as {self.read_as}, not as {self.meant}"


def misnamed(read: Iterable[tuple[str, str]], labels: Sequence[str]) -> tuple[Misnamed, ...]:
    """`read`: each folder with the text it is read as; what is read as no single label has nothing to differ from."""
    by_name = {plain(label): label for label in labels}
    found: list[Misnamed] = []
    for folder, read_as in read:
        name = plain(_name_of(folder))
        if not name or read_as not in labels or _alike(name, plain(read_as)):
            continue
        found.append(Misnamed(folder, read_as, by_name.get(name)))
    return tuple(found)


def told(found: Sequence[Misnamed]) -> str:
    """One line for a person; empty where there is nothing to tell."""
    if not found:
        return ""
    wrong = [one for one in found if one.meant is not None]
    named = wrong or list(found)
    text = "; ".join(one.text for one in named[:_LISTED])
    more = f"; and {len(named) - _LISTED:,} more" if len(named) > _LISTED else ""
    if wrong:
        return f"{text}{more}: the number counts, not the name. Number the folders as the labels are, from 0"
    return f"named otherwise than the labels: {text}{more}"


def _name_of(folder: str) -> str:
    """Of `0_daisy` daisy; of an evaluation file, and of a number alone, nothing."""
    if number_of_folder(folder) is None or evaluation_entry("", folder, PurePosixPath(folder).stem) is not None:
        return ""
    return folder.partition("_")[2]


def _alike(name: str, label: str) -> bool:
    """`chroma` for Chromatic Aberration, `jpeg_web` for JPEG."""
    return bool(label) and (name.startswith(label) or label.startswith(name))


def as_folder(label: str) -> str:
    """As a folder that every file system takes."""
    safe = _UNSAFE.sub("_", label).strip(" .") or "label"
    return safe.encode(errors="replace")[:80].decode(errors="ignore")


def plain(name: str) -> str:
    """Without what people write otherwise in the name of a folder: case, spaces, signs."""
    return _NOT_IN_NAMES.sub("", name).casefold()
