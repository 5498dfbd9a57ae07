"""What the keys that end an image would write under a tags head, said before they are pressed."""

from __future__ import annotations

from collections.abc import Collection

from app.models.cards import Commit
from app.presenting.proposals import proposed_answer, without_rest
from app.queue.opinion import Opinion
from app.queue.proposal import Proposal
from core.values import AnswerValue, Head, HeadKind, LabelId, TagsValue

_NAMED = 3
"""Tags that are named; of more how many there are."""


def commit_of(head: Head, answer: AnswerValue | None, opinion: Opinion | None, keys: tuple[str, str]) -> Commit | None:
    """`keys`: what confirms, and what says no to the rest."""
    if head.kind is not HeadKind.TAGS:
        return None
    confirm, refuse = keys
    taken = proposed_answer(head, answer, opinion, Proposal())
    proposes = answer is None and taken is not None
    what = _written(head, taken) if isinstance(taken, TagsValue) else "nothing ticked, nothing proposed"
    confirms = f"{confirm} takes what the head proposes: {what}" if proposes else f"{confirm}: {what}"
    return Commit(confirms, f"{refuse}: {_written(head, without_rest(head, answer))}", proposes)


def _written(head: Head, value: TagsValue) -> str:
    """ "macro yes, 2 no, 7 stay open"."""
    unsaid = len(head.labels) - len(value.yes | value.no)
    parts = (
        f"{_names(head, value.yes)} yes" if value.yes else "",
        f"{len(value.no):,} no" if value.yes or unsaid else f"no to all {len(value.no):,} tags",
        f"{unsaid:,} {'stays' if unsaid == 1 else 'stay'} open",
    )
    counts = (len(value.yes), len(value.no), unsaid)
    return ", ".join(part for part, count in zip(parts, counts, strict=True) if count)


def _names(head: Head, chosen: Collection[LabelId]) -> str:
    names = [label.name for label in head.labels if label.label_id in chosen]
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" +{more}" if more > 0 else "")
