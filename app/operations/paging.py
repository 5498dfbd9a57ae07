"""A page of images answered, or confirmed, as one act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from app.acts import View
from app.queue.picked import Picked
from app.queue.reasons import MARKED_WRONG
from app.workspace import Workspace
from core.answers import in_use, with_tag
from core.changes import Changes
from core.errors import UserError
from core.values import AnswerValue, ClassValue, Confirmation, Head, HeadKind, ImageId, LabelId, ScoreValue


def answer_page(workspace: Workspace, output: int, right: Sequence[ImageId], wrong: Sequence[ImageId]) -> Changes:
    """The answer goes to those that are right; those that are wrong stay open and wait to be corrected."""
    project, head = workspace.opened()
    answers = workspace.board.answers
    values = {image: _answer(head, output, answers.get(image)) for image in right}
    changes = project.annotations.annotate(head.head_id, values, wrong=wrong, tag=_tag(head, output))
    workspace.announce(changes, advance=workspace.queue.current in values)
    return changes


def pick_wrong(workspace: Workspace) -> None:
    """What was marked as wrong and got no other answer since, in this sitting or an earlier one, one after another."""
    project, head = workspace.opened()
    present = workspace.board.present
    waiting = [one for one in project.annotations.marked_wrong(head.head_id) if one < len(present) and present[one]]
    if not waiting:
        raise UserError("nothing that was marked as wrong waits to be corrected", "mark images in Pages (Shift+G)")
    workspace.pick(Picked(np.array(waiting, np.int64), MARKED_WRONG, origin=View.PAGES))


def check_page(
    workspace: Workspace,
    output: int,
    right: Sequence[ImageId],
    wrong: Sequence[ImageId],
    against: Mapping[ImageId, AnswerValue | None],
) -> Changes:
    """The answers that are right stand; those that are wrong are taken back, and wait to be corrected.

    Of tags only the one in column `output`.
    """
    project, head = workspace.opened()
    answers = workspace.board.answers
    about = {image: (of_page(head, output, answers.get(image)), against.get(image)) for image in right}
    stands = {
        image: Confirmation(answer, of_page(head, output, said))
        for image, (answer, said) in about.items()
        if answer is not None
    }
    if not stands and not wrong:
        raise UserError("no answer of this page could stand", "turn the page")
    changes = project.annotations.confirm(head.head_id, stands, withdrawn=wrong, tag=_tag(head, output))
    workspace.announce(changes)
    return changes


def of_page(head: Head, output: int, answer: AnswerValue | None) -> AnswerValue | None:
    """What a page is about of an answer: of tags its own one."""
    tag = _tag(head, output)
    return answer if tag is None else in_use(answer, frozenset({tag}))


def _tag(head: Head, output: int) -> LabelId | None:
    """That a page is about; None under other heads."""
    return head.labels[output].label_id if head.kind is HeadKind.TAGS else None


def _answer(head: Head, output: int, standing: AnswerValue | None) -> AnswerValue | None:
    match head.kind:
        case HeadKind.SCORE:
            return ScoreValue(float(output))
        case HeadKind.CLASS:
            return ClassValue(head.labels[output].label_id)
        case HeadKind.TAGS:
            return with_tag(standing, head.labels[output].label_id, yes=True)
