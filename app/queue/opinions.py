"""What the heads say that a unified head was made from, beside the ids of the pool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.queue.ranking import Pool, Ranking, match
from core.project import Project
from core.project.opinions import BY_HEADS, opinions_on, tags_of
from core.values import Head, HeadKind


@dataclass(frozen=True, slots=True, eq=False)
class Opinions:
    """A column for each tag of the unified head."""

    ranking: Ranking
    judges: tuple[str, ...]
    """The name of the head that judges each tag; empty where none does."""

    @property
    def judged(self) -> NDArray[np.bool_]:  # (tags,)
        return np.array([bool(name) for name in self.judges])

    def over(self, pool: Pool) -> Opinions:
        """The same of another pool."""
        return Opinions(match(pool, self.ranking.predictions, BY_HEADS), self.judges)


def read_opinions(project: Project, head: Head, pool: Pool) -> Opinions | None:
    """None for a head that was not made from others, or while none of these has a version."""
    tags = tags_of(project, head) if head.kind is HeadKind.TAGS else ()
    said = opinions_on(project, tags) if any(tags) else None
    if said is None:
        return None
    trained = {one.head_id: one.name for one in project.heads.all() if one.version is not None}
    return Opinions(match(pool, said, BY_HEADS), tuple(trained.get(tag[0], "") if tag else "" for tag in tags))
