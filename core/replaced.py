"""Answers that give way to others: how many, and how many tags nothing is said of by it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.values import AnswerValue, TagsValue
from core.wording import counted


@dataclass(frozen=True, slots=True)
class Replaced:
    answers: int = 0
    """That were there and are others now."""
    tags: int = 0
    """Of a tags head: that were yes or no, and are open by it."""

    @property
    def told(self) -> str:
        """ "1 answer that was there is replaced, by which 17 answers to tags are lost"; empty without any."""
        if not self.answers:
            return ""
        were = "was there is" if self.answers == 1 else "were there are"
        lost = f"{counted(self.tags, 'answer to a tag is', 'answers to tags are')} lost"
        return f"{counted(self.answers, 'answer')} that {were} replaced{f', by which {lost}' if self.tags else ''}"


def replaced(pairs: Iterable[tuple[AnswerValue | None, AnswerValue | None]]) -> Replaced:
    """Of each image what it had and what it gets."""
    answers = tags = 0
    for before, after in pairs:
        if before is not None and after is not None and before != after:
            answers += 1
            if isinstance(before, TagsValue) and isinstance(after, TagsValue):
                tags += len((before.yes | before.no) - after.yes - after.no)
    return Replaced(answers, tags)
