"""Near-duplicates: groups looked for beside the window's thread, and all but one of a group excluded as one act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.models.twins import LEAST_COSINES
from app.operations.beside import write_act
from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError
from core.project import Project
from core.values import Field, Head, ImageId

if TYPE_CHECKING:
    from core.project.listing import Listing
    from core.project.twins import Twins


@dataclass(frozen=True, slots=True, eq=False)
class TwinQuestion:
    folder: Path
    """Of the project"""
    listing: Listing
    left_out: NDArray[np.int64]
    """Ids of excluded images"""
    slack: int
    """Steps from the strictest"""
    head: Head | None = None
    """By whose embeddings images are compared; None: by their looks"""


def look_for_twins(question: TwinQuestion, watch: Callable[[float], object]) -> Twins:
    """`watch` is told the share that is done, and raises Cancelled where nobody waits any more."""
    from core.project.content_twins import find_content_twins
    from core.project.twins import find_twins

    listing, left_out = question.listing, question.left_out
    with Project.open(question.folder, read_only=True) as project:
        if question.head is None:
            return find_twins(project, listing, question.slack, left_out, watch)
        return find_content_twins(project, listing, question.head, LEAST_COSINES[question.slack], left_out, watch)


def exclude_others(workspace: Workspace, group: Sequence[ImageId], kept: ImageId) -> Changes | None:
    """All but one out of training, as one act; what is out already stays so. None where so many are written beside."""
    project, head = workspace.opened()
    others = [image for image in group if image != kept and not workspace.board.standing(image).excluded]
    if not others:
        raise UserError("the others of this group are excluded already", "press Right for the next group")
    work = partial(project.annotations.mark, head.head_id, others, Field.EXCLUDED, on=True)
    return write_act(workspace, len(others), work, workspace.announce)
