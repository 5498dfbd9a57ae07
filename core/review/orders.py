"""The queues over annotated images."""

from __future__ import annotations

from enum import StrEnum


class ReviewOrder(StrEnum):
    CONFLICT = "conflict"
    FALSE_POSITIVE = "false-positive"
    FALSE_NEGATIVE = "false-negative"
    CONTRADICTIONS = "contradictions"
    """Answers that contradict each other: given twice and differing, and the two queues that follow."""
    DUPLICATES = "duplicates"
    """Near-duplicates that were answered differently."""
    SYNTHETIC = "synthetic"
    """Copies that are told from their source otherwise than the answers say."""


BY_LABEL = frozenset({ReviewOrder.FALSE_POSITIVE, ReviewOrder.FALSE_NEGATIVE})
NEED_A_VERSION = frozenset(ReviewOrder) - {ReviewOrder.CONTRADICTIONS, ReviewOrder.DUPLICATES}
