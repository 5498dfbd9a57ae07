"""Near-duplicates: groups looked for beside the window's thread, and all but one of a group excluded as one act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError
from core.project import Project
from core.values import Field, ImageId

if TYPE_CHECKING:
    from core.project.listing import Listing
    from core.project.twins import Twins


@dataclass(frozen=True, slots=True, eq=False)
class TwinQuestion:
    folder: Path
    """Of the project"""
    listing: Listing
    bits: int
    """That may differ"""
    left_out: NDArray[np.int64]
    """Ids of excluded images"""


def look_for_twins(question: TwinQuestion) -> Twins:
    from core.project.twins import find_twins

    with Project.open(question.folder, read_only=True) as project:
        return find_twins(project, question.listing, question.bits, question.left_out)


def exclude_others(workspace: Workspace, group: Sequence[ImageId], kept: ImageId) -> Changes:
    """All but one out of training, as one act; what is out already stays so."""
    project, head = workspace.opened()
    others = [image for image in group if image != kept and not workspace.board.standing(image).excluded]
    if not others:
        raise UserError("the others of this group are excluded already", "press Right for the next group")
    changes = project.annotations.mark(head.head_id, others, Field.EXCLUDED, on=True)
    workspace.announce(changes)
    return changes
