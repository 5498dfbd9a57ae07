"""Images that are still to be asked blind: no table tells what a head says of them, and JSON marks them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from app.queue.ranking import Pool
from core.project import Project
from core.values import Head, Standing

BLIND = "blind"
"""Stands in a table where what the head says would stand."""


def to_be_asked_blind(project: Project, head: Head, standings: Iterable[Standing]) -> list[bool]:
    """For each: of the audit set and without an answer, which must not be swayed."""
    table = project.images.all()
    drawn = Pool(table.ids, table.hashes).drawn(project.audits.share(head.head_id))
    drawn = np.append(drawn, False)
    return [one.answer is None and bool(drawn[min(one.image_id, len(drawn) - 1)]) for one in standings]
