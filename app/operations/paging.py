"""A page of images answered, or confirmed, as one act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from app.operations.answering import annotate, with_tag
from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError
from core.values import AnswerValue, ClassValue, Confirmation, Head, HeadKind, ImageId, ScoreValue


def answer_page(workspace: Workspace, output: int, right: Sequence[ImageId], wrong: Sequence[ImageId]) -> Changes:
    """The answer goes to those that are right; those that are wrong stay open and are asked first."""
    _, head = workspace.opened()
    answers = workspace.board.answers
    values = {image: _answer(head, output, answers.get(image)) for image in right}
    workspace.queue.lead(np.array(wrong, np.int64))
    return annotate(workspace, values, advance=not wrong and workspace.queue.current in values)


def check_page(
    workspace: Workspace,
    right: Sequence[ImageId],
    wrong: Sequence[ImageId],
    against: Mapping[ImageId, AnswerValue | None],
) -> Changes:
    """The answers that are right stand; those that are wrong are taken back, and their images are asked first."""
    project, head = workspace.opened()
    answers = workspace.board.answers
    stands = {image: Confirmation(answers[image], against.get(image)) for image in right if image in answers}
    if not stands and not wrong:
        raise UserError("no answer of this page could stand", "turn the page")
    workspace.queue.lead(np.array(wrong, np.int64))
    changes = project.annotations.confirm(head.head_id, stands, withdrawn=wrong)
    workspace.announce(changes)
    return changes


def _answer(head: Head, output: int, standing: AnswerValue | None) -> AnswerValue | None:
    match head.kind:
        case HeadKind.SCORE:
            return ScoreValue(float(output))
        case HeadKind.CLASS:
            return ClassValue(head.labels[output].label_id)
        case HeadKind.TAGS:
            return with_tag(standing, head.labels[output].label_id, yes=True)
