"""How a layout was read: said to the person, because a folder's number alone does not say what it means."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.exchange.numbered import Entry, folder_order
from core.values import AnswerValue, Head, TagsValue


@dataclass(frozen=True, slots=True)
class FolderRead:
    """One numbered folder, or one evaluation file."""

    name: str
    value: AnswerValue | None
    """None: its files were answered differently."""
    images: int


def folders_read(found: Sequence[tuple[Entry, AnswerValue]], head: Head) -> tuple[FolderRead, ...]:
    """From the answer of every file, in the order of the folders' numbers."""
    by_folder: dict[str, list[AnswerValue]] = {}
    numbers: dict[str, float | None] = {}
    for entry, answer in found:
        by_folder.setdefault(entry.folder, []).append(answer)
        numbers[entry.folder] = entry.number
    return tuple(
        FolderRead(name, answer_of_folder(numbers[name], set(by_folder[name]), head), len(by_folder[name]))
        for name in sorted(by_folder, key=folder_order)
    )


def answer_of_folder(number: float | None, answers: Collection[AnswerValue], head: Head) -> AnswerValue | None:
    """What all its files say, of tags the one of its number where each of them has it; None where they differ."""
    own = None if number is None or not number.is_integer() else int(number)
    if own is not None and own < len(head.labels):
        tag = head.labels[own].label_id
        if answers and all(isinstance(one, TagsValue) and tag in one.yes for one in answers):
            return TagsValue(frozenset((tag,)))
    return next(iter(answers)) if len(answers) == 1 else None
