"""The committee's votes, counted from its members' probabilities for painting as dots."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.models.cards import EVEN, CardRow
from core.values import HeadKind


def count_votes(kind: HeadKind, rows: Sequence[CardRow]) -> list[int]:
    """Votes for each row. A class member votes for its likeliest label, a tags member for every label beyond even.

    A member that is not a number on a row has no vote there.
    """
    if kind is HeadKind.TAGS:
        return [sum(value > EVEN for value in row.votes) for row in rows]
    counts = [0] * len(rows)
    for member in range(max((len(row.votes) for row in rows), default=0)):
        said = [(row.votes[member], -number) for number, row in enumerate(rows) if _speaks(row, member)]
        if said:
            counts[-max(said)[1]] += 1
    return counts


def _speaks(row: CardRow, member: int) -> bool:
    return member < len(row.votes) and not math.isnan(row.votes[member])
