"""What heads said of files, and why others could not be judged; without torch, for the window too."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnscoredFile:
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class JudgedImage:
    path: str
    values: tuple[tuple[float, ...], ...]
    """For each judge (outputs,): probabilities, or value / 10 for a score head."""
    passed: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    images: tuple[JudgedImage, ...]
    """In the order of the files."""
    failed: tuple[UnscoredFile, ...]
    left_out: frozenset[str] = frozenset()
    """Files that pass no limit, whatever is said of them."""
