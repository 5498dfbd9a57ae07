"""What orders about files outside any project end with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.scoring.answers import UnscoredFile
from core.scoring.tile_answers import AskedHead


@dataclass(frozen=True, slots=True, eq=False)
class ScoreResult:
    """n = files that could be judged."""

    heads: tuple[AskedHead, ...]
    paths: tuple[str, ...]
    """(n,)"""
    names: tuple[str, ...]
    """(n,) below the folder that the person named"""
    values: tuple[NDArray[np.float32], ...]
    """For each head (n, outputs): probabilities, or value / 10 for a score head."""
    failed: tuple[UnscoredFile, ...]
    left_out: frozenset[str] = frozenset()
    """Of the paths, excluded for one of the heads: they pass no limit."""


@dataclass(frozen=True, slots=True)
class TransferResult:
    done: int
    """Of a dry run what would be done"""
    first: tuple[tuple[str, str], ...]
    """(source, target) of the first few"""
    kept: int
    """They lay there already."""
    manifest: str | None
    """None where nothing was touched."""
    failed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PutBackResult:
    undone: int
    failed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TableResult:
    rows: int


@dataclass(frozen=True, slots=True)
class SynthResult:
    folders: tuple[str, ...]
    """Of each effect, below the target."""
    written: int
    kept: int
    failed: tuple[tuple[str, str], ...]


FileResult = ScoreResult | TransferResult | PutBackResult | TableResult | SynthResult
