"""What a head and its committee say of one image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.models.cards import BY_LIVE
from app.queue.board import Board
from app.queue.ranking import Ranking
from core.review.telling import told_of
from core.values import BRACKETS, Head, ImageId, VersionInfo


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """What the head and its committee say of one image."""

    probabilities: list[float | None]
    """One for each output; None where nothing was learned of it yet."""
    members: NDArray[np.float32]
    """(members, outputs), NaN where nothing was learned yet"""
    utility: float

    @property
    def score(self) -> float | None:
        """0..10; of a score head's opinion."""
        value = self.probabilities[0]
        return None if value is None else value * BRACKETS

    def likeliest(self) -> int | None:
        """The output with the highest probability; None without any."""
        said = [(value, -row) for row, value in enumerate(self.probabilities) if value is not None]
        return -max(said)[1] if said else None


def told_by(board: Board, head: Head, source: str, version: VersionInfo | None) -> NDArray[np.bool_] | None:  # (tags,)
    """As core.review.telling has it. The labels' own words are no answers."""
    taught_elsewhere = source not in BY_LIVE and version is not None and version.annotations == 0
    return told_of(head, board.refused, taught_here=source != "text" and not taught_elsewhere)


def opinion_of(ranking: Ranking | None, image_id: ImageId, told: NDArray[np.bool_] | None = None) -> Opinion | None:
    """None where nothing is predicted. `told` (outputs,): those that can be told; None for all."""
    row = ranking.row_of(image_id) if ranking is not None else None
    if ranking is None or row is None:
        return None
    probabilities = np.asarray(ranking.predictions.probabilities[row], np.float32)  # (outputs,)
    members = np.asarray(ranking.predictions.members[row], np.float32)  # (members, outputs)
    unlearned = np.isnan(probabilities) | (False if told is None else ~told)
    if unlearned.all():
        return None
    return Opinion(
        probabilities=[None if off else float(value) for off, value in zip(unlearned, probabilities, strict=True)],
        members=np.where(unlearned, np.nan, members),
        utility=float(ranking.predictions.utility[row]),
    )
