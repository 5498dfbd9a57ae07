"""The committee's votes, counted from its members' probabilities for painting as dots."""

from __future__ import annotations

from collections.abc import Sequence

from app.models.cards import CardRow
from core.values import HeadKind

_YES = 0.5


def count_votes(kind: HeadKind, rows: Sequence[CardRow]) -> list[int]:
    """Votes for each row. A class member votes for its likeliest label, a tags member for every label from 0.5 on."""
    if kind is HeadKind.TAGS:
        return [sum(value >= _YES for value in row.votes) for row in rows]
    counts = [0] * len(rows)
    members = min((len(row.votes) for row in rows), default=0)
    for member in range(members):
        values = [row.votes[member] for row in rows]
        counts[values.index(max(values))] += 1
    return counts
