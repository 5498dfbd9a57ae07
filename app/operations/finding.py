"""A search, as it runs beside the window's thread: reads the project by itself and changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.find.keys import Key
from core.find.terms import Query
from core.project import Project
from core.values import Head, HeadId

if TYPE_CHECKING:
    from core.arrays.predictions import Predictions
    from core.project.finding import Found
    from core.project.listing import Listing


@dataclass(frozen=True, slots=True, eq=False)
class FindQuestion:
    """A snapshot of what a search goes by."""

    folder: Path
    """Of the project"""
    head_id: HeadId | None
    """Of the head that is shown"""
    asked_id: HeadId | None
    """Of the one that is asked"""
    listing: Listing
    said: Predictions | None
    """What is said on the cards."""
    query: Query
    text: str
    """The query as it was written"""
    vector: NDArray[np.float32] | None = None
    """(dim,) of its words, or of a picture outside the project"""


def search(question: FindQuestion) -> Found | UserError:
    from core.project.finding import find_images

    def placed(head: Head, key: Key, text: str) -> NDArray[np.float32]:
        if question.vector is None:
            raise UserError(f"{text} is no picture of this project", "name one of its images, or any picture file")
        return question.vector

    try:
        with Project.open(question.folder, read_only=True) as project:
            head = None if question.asked_id is None else project.heads.by_id(question.asked_id)
            said = question.said
            if head is not None and head.head_id != question.head_id:
                said = project.predictions(head, None)
            return find_images(project, question.listing, head, said, question.query, placed)
    except UserError as error:
        return error
