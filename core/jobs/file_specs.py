"""Orders about files outside any project: score, copy, link, move and put back, make degraded copies."""

from __future__ import annotations

from dataclasses import dataclass

from core.scoring.transfers import Act
from core.values import Combine, Tiles


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


@dataclass(frozen=True, slots=True)
class TransferSpec:
    """Put files into a folder; never over another file, and with a table that undoes it."""

    job: str
    act: Act
    folder: str
    files: tuple[tuple[str, str], ...]
    """(file, its name below the folder)"""
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
class SynthSpec:
    """Make degraded copies of the pictures of a folder, by one effect after the other; what is there is kept."""

    job: str
    source: str
    target: str
    effects: tuple[str, ...]
    """Names of core.media.degrade.EFFECTS."""
    per_image: int
    seed: int


FileSpec = ScoreSpec | TransferSpec | PutBackSpec | SynthSpec
