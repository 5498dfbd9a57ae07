"""A second look: the answer stands, whatever heads say that have not seen the image."""

from __future__ import annotations

from collections.abc import Mapping

from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError
from core.values import AnswerValue, Confirmation, ImageId


def confirm_answers(workspace: Workspace, against: Mapping[ImageId, AnswerValue | None]) -> Changes:
    """One act. `against`: what is said instead of the answer of each image."""
    project, head = workspace.opened()
    answers = workspace.board.answers
    stands = {image: Confirmation(answers[image], said) for image, said in against.items() if image in answers}
    if not stands:
        raise UserError("this image has no answer that could stand", "answer with a key")
    changes = project.annotations.confirm(head.head_id, stands)
    workspace.announce(changes)
    return changes
