"""How a layout was read: said to the person, because a folder's number alone does not say what it means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.exchange.numbered import folder_order
from core.values import AnswerValue


@dataclass(frozen=True, slots=True)
class FolderRead:
    """One numbered folder, or one evaluation file."""

    name: str
    value: AnswerValue
    """What its number means; single files of an export of ours may say more."""
    images: int


def folders_read(found: Sequence[tuple[str, AnswerValue]]) -> tuple[FolderRead, ...]:
    """From (folder, answer) of every file, in the order of their numbers; the commonest answer stands for each."""
    by_folder: dict[str, Counter[AnswerValue]] = {}
    for folder, answer in found:
        by_folder.setdefault(folder, Counter())[answer] += 1
    return tuple(
        FolderRead(name, by_folder[name].most_common(1)[0][0], by_folder[name].total())
        for name in sorted(by_folder, key=folder_order)
    )
