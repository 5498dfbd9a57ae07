"""What is said of the pool before the live head speaks: by the live head of before, else by the version in force."""

from __future__ import annotations

from app.models.cards import AS_LEFT
from app.queue.board import Board
from app.queue.ranking import Pool, Ranking, match
from core.project import Project
from core.project.last_look import last_look
from core.values import Head, HeadKind, VersionInfo


def by_version(project: Project, head: Head, pool: Pool, version: VersionInfo | None) -> Ranking | None:
    """None without a version in force, and where what it said is not there."""
    predictions = project.predictions(head) if version is not None else None
    if version is None or predictions is None or predictions.probabilities.shape[1] != head.outputs:
        return None
    return match(pool, predictions, f"v{version.number}")


def as_left(project: Project, head: Head, pool: Pool, board: Board) -> Ranking | None:
    """As it was when the head was left; None where there is nothing to learn from (any more), or of other images."""
    pairs = project.pairs.count(head.head_id) if head.kind is HeadKind.SCORE else 0
    said = last_look(project, head) if board.count_answered() + pairs else None
    ranking = match(pool, said, AS_LEFT) if said is not None else None
    return ranking if ranking is not None and (ranking.ids >= 0).any() else None
