"""What Space would confirm on the current image, where the person has moved it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where Up and Down have moved it; None: as the head says."""

    score: float | None = None
    row: int | None = None
