"""Orders about files: score, copy, link, move and put back, write a table of them, make degraded copies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.scoring.transfers import Act
from core.values import Combine, HeadId, Tiles


@dataclass(frozen=True, slots=True)
class ScoreSpec:
    """Ask heads about every picture of these files and folders; what is embedded is kept, so that it can go on."""

    job: str
    paths: tuple[str, ...]
    """Files and folders as the person named them."""
    recursive: bool
    models: tuple[str, ...]
    """Head files, or folders of versions."""
    device: str
    """auto, cpu, cuda, cuda:N or mps."""
    tiles: Tiles | None = None
    combine: Combine | None = None
    """None is as each head was trained."""
    project: str | None = None
    """Whose vectors may be used; nothing is written there."""


@dataclass(frozen=True, slots=True, eq=False)
class KeptFiles:
    """Every file of these images of a project, listed by who works on them."""

    project: str
    ids: NDArray[np.int64]
    """(images,) rising"""
    keep_structure: bool = False
    """Their names go on below the folder that they come from."""


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """Files, each with its name below a folder: two texts, which cross the process border in one piece."""

    paths: str
    names: str = ""
    """Empty: the last part of each path."""

    @classmethod
    def of(cls, paths: Iterable[str], names: Iterable[str] = ()) -> NamedFiles:
        """At least one file."""
        return cls(_BETWEEN.join(paths), _BETWEEN.join(names))

    def sources(self) -> list[str]:
        return self.paths.split(_BETWEEN)

    def pairs(self) -> list[tuple[str, str]]:
        paths = self.sources()
        names = self.names.split(_BETWEEN) if self.names else [path.rpartition("/")[2] for path in paths]
        return list(zip(paths, names, strict=True))


_BETWEEN: Final = "\0"
"""No path holds it."""


@dataclass(frozen=True, slots=True)
class TransferSpec:
    """Put files into a folder; never over another file, and with a table that undoes it."""

    job: str
    act: Act
    folder: str
    files: NamedFiles | KeptFiles
    dry_run: bool = False
    """Only say what would go where."""
    asked_by: str = ""
    """The screen that waits for the end, where that is not the one of scored folders."""


@dataclass(frozen=True, slots=True)
class PutBackSpec:
    """Undo a transfer by its table."""

    job: str
    manifest: str
    asked_by: str = ""
    """As above."""


@dataclass(frozen=True, slots=True)
class KeptTableSpec:
    """Write what a version says of a project's images as a table."""

    job: str
    kept: KeptFiles
    head: HeadId
    version: int
    file: str
    asked_by: str = ""
    """As above."""


@dataclass(frozen=True, slots=True)
class EffectWish:
    name: str
    """Of core.media.degrade.EFFECTS."""
    strength: tuple[float, float] | None = None
    """Between which it is drawn; None: as the effect has it."""
    kinds: tuple[str, ...] = ()
    """Which are drawn from; none: all."""


@dataclass(frozen=True, slots=True)
class SynthSpec:
    """Make degraded copies of the pictures of a folder, by one effect after the other; what is there is kept."""

    job: str
    source: str
    target: str
    effects: tuple[EffectWish, ...]
    per_image: int
    seed: int


FileSpec = ScoreSpec | TransferSpec | PutBackSpec | KeptTableSpec | SynthSpec
