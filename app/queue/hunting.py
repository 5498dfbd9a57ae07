"""A hunt for what is rare: what counts as found, how many were found of those asked, and when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.queue.board import Board
from core.values import (
    BRACKETS,
    BY_EXAMPLE,
    ENOUGH_FOUND,
    AnswerValue,
    ChosenOrder,
    ClassValue,
    Example,
    Head,
    HeadKind,
    ImageId,
    ScoreValue,
    Strategy,
    TagsValue,
)

_HIGH = 8
"""Lowest bracket"""
_TELLING = 5
"""Found among images drawn by chance: fewer say too little of what random order finds."""


@dataclass(frozen=True, slots=True)
class Hunt:
    target: str
    """The label, or "7 or more"."""
    found: int
    asked: int
    """Images with an answer that says one or the other."""
    enough: int = ENOUGH_FOUND
    """It is over when so many are known."""
    by_chance: float | None = None
    """What random order would have found of as many; None where too few were drawn by chance to say"""

    @property
    def over(self) -> bool:
        return self.found >= self.enough

    @property
    def rate(self) -> float:
        return self.found / self.asked if self.asked else 0.0

    def text(self) -> str:
        """ "7 of 143 are cat (4.9 %); the hunt ends at 20"."""
        if not self.asked:
            return f"nothing answered yet; the hunt for {self.target} ends at {self.enough:,} found"
        return f"{self._counted()}; {self._after() if self.over else f'the hunt ends at {self.enough:,}'}"

    def title(self) -> str:
        """In short, for as long as it is the order: "Hunt cat 7 of 20"."""
        return "Disagreement (hunt over)" if self.over else f"Hunt {self.target} {self.found:,} of {self.enough:,}"

    def end_text(self) -> str:
        """What is said once, when enough are found."""
        return f"Hunt over: {self._counted()}; {self._after()}"

    def _after(self) -> str:
        return f"now what teaches most, one in four a likely {self.target}"

    def _counted(self) -> str:
        share = f" ({100 * self.rate:.1f} %)"
        chance = "" if self.by_chance is None else f", random order about {self.by_chance:,.0f}"
        return f"{self.found:,} of {self.asked:,} are {self.target}{share}{chance}"


def hunt_of(board: Board, head: Head, output: int, enough: int) -> Hunt:
    """`output` is a label's or tag's, or the lowest bracket of a score head that counts."""
    judging, drawn = judged(board, head, output), board.drawn_and_answered()
    answered = board.answered if judging is None else judging
    asked = int(np.count_nonzero(answered & board.present & ~board.excluded))
    drawn = drawn if judging is None else drawn[judging[drawn]]
    by_chance = int(np.count_nonzero(positives(board, head, output)[drawn]))
    expected = asked * by_chance / len(drawn) if by_chance >= _TELLING else None
    return Hunt(target_text(head, output), _found(board, head, output), asked, enough, expected)


def begin(board: Board, head: Head, order: ChosenOrder, like: ImageId | None) -> ChosenOrder:
    """A hunt that begins now; other orders as they are. `like`: the image that it goes by at first."""
    if order.strategy is not Strategy.HUNT or order.target is None:
        return order
    example = None if like is None else Example(like, _found(board, head, order.target) + BY_EXAMPLE)
    return replace(order, enough=enough_for(board, head, order.target), example=example)


def goes_by_example(board: Board, head: Head, output: int, example: Example) -> bool:
    """Until then the head has too little to go by."""
    return _found(board, head, output) < example.until


def is_over(board: Board, head: Head, order: ChosenOrder) -> bool:
    """Whether a hunt has found enough of what it goes for."""
    return order.target is not None and _found(board, head, order.target) >= order.enough


def meant_by(board: Board, head: Head, image_id: ImageId) -> int:
    """What a hunt for images like this one goes for: its answer, the rarest of its tags; if open, what is rarest."""
    answer = board.standing(image_id).answer
    outputs = [output for output in outputs_of(head) if answer is not None and _counts(answer, head, output)]
    if not outputs:
        return rarest(board, head)
    return outputs[-1] if head.kind is HeadKind.SCORE else min(outputs, key=lambda one: _found(board, head, one))


def enough_for(board: Board, head: Head, output: int) -> int:
    """When a hunt that begins now is over: at 20, or where so many are known already, when 20 more are found."""
    found = _found(board, head, output)
    return ENOUGH_FOUND if found < ENOUGH_FOUND else found + ENOUGH_FOUND


def _found(board: Board, head: Head, output: int) -> int:
    return int((positives(board, head, output) & board.present & ~board.excluded).sum())


def target_text(head: Head, output: int) -> str:
    return f"{output} or more" if head.kind is HeadKind.SCORE else head.labels[output].name


def outputs_of(head: Head) -> Mapping[int, str]:
    """All that may be hunted under this head."""
    outputs = range(1, BRACKETS + 1) if head.kind is HeadKind.SCORE else range(len(head.labels))
    return {output: target_text(head, output) for output in outputs}


def order_for(board: Board, head: Head, chosen: ChosenOrder) -> ChosenOrder:
    """The order that was chosen before; the default where what it went for is no longer there, or was found."""
    if chosen.target is None:
        return chosen
    gone = chosen.target not in outputs_of(head)
    over = chosen.strategy is Strategy.HUNT and not gone and is_over(board, head, chosen)
    return ChosenOrder() if gone or over else chosen


def rarest(board: Board, head: Head) -> int:
    """What is hunted unless somebody says otherwise: the label with the fewest answers; of scores the upper ones."""
    if head.kind is HeadKind.SCORE:
        return _HIGH
    return min(range(len(head.labels)), key=lambda output: int(positives(board, head, output).sum()))


def positives(board: Board, head: Head, output: int) -> NDArray[np.bool_]:  # (ids,)
    """Which images were answered with what is hunted."""
    return board.answered_with(lambda value: _counts(value, head, output))


def judged(board: Board, head: Head, output: int) -> NDArray[np.bool_] | None:  # (ids,)
    """Of a tag which images have or lack it: an answer may leave it open. None where each answer says one of both."""
    if head.kind is not HeadKind.TAGS:
        return None
    tag = head.labels[output].label_id
    return board.answered_with(lambda value: isinstance(value, TagsValue) and tag in value.yes | value.no)


def _counts(value: AnswerValue, head: Head, output: int) -> bool:
    match value:
        case ClassValue(label=label):
            return label == head.labels[output].label_id
        case TagsValue(yes=yes):
            return head.labels[output].label_id in yes
        case ScoreValue(score=score):
            return score >= output
