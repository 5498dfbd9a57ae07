"""What the screen of limits works out beside the window's thread: the pool read, limits judged, images chosen."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.models.keeping import Spread
from app.queue.ranking import Pool as ImagePool
from core.answers import target_of
from core.errors import WinnowError
from core.project import Project
from core.project.turns import Turns, gather_turns
from core.review.border import next_asked
from core.review.choosing import Found
from core.review.limits import Limits
from core.review.strata import Kept, Pool, kept, near_limit
from core.store.columns import ImageTable
from core.values import AnswerValue, HeadId, HeadKind, ImageId

_BINS = 160
_TICKS = 10
Find = Callable[[Pool, Limits, float], Found | None]


@dataclass(frozen=True, slots=True)
class Limited:
    """What is to be judged."""

    output: int
    limits: Limits
    wanted: tuple[float, float]
    """Brackets; of a score head"""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    kept: Kept
    asked: Sequence[tuple[ImageId, bool]]
    """Images that wait and those to ask next, and whether each is near a limit"""
    misses: NDArray[np.float64]
    """How many brackets a score head is off, of each image answered in turn; empty of other heads"""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """What a version says of every image of one output."""

    rising: NDArray[np.float32]
    spread: Spread


class Evidence:
    """Turns that the background alone looks through, as a million of them take their time.

    What is answered meanwhile is noted, and taken in before they are looked through next.
    """

    def __init__(self, turns: Turns) -> None:
        """The window may read what never changes of `turns`: head, version, ids, what is said."""
        self.turns = turns
        self._noted: deque[tuple[ImageId, AnswerValue | None, bool]] = deque()

    def note(self, image_id: ImageId, output: int, answer: AnswerValue | None, *, skipped: bool) -> bool:
        """By the window; whether that answers this output."""
        self._noted.append((image_id, answer, skipped))
        return not np.isnan(target_of(answer, self.turns.head)[output])

    def judge(self, asked: Limited, waiting: Sequence[ImageId], lacking: int) -> Judged:
        """`lacking`: so many images are to be asked beside those that are waiting."""
        pool, turns = self._pool(asked), self.turns
        chosen = self._waiting(pool, asked, waiting)
        if lacking:
            ids, held = turns.ids[turns.rows(asked.output)], turns.rows_of(asked.output, waiting)
            following = next_asked(pool, asked.limits, lacking, without=held)
            chosen += [(ImageId(int(ids[one.row])), one.near) for one in following]
        misses = turns.misses() if turns.head.kind is HeadKind.SCORE else np.zeros(0)
        return Judged(kept(pool, asked.limits), chosen, misses)

    def _waiting(self, pool: Pool, asked: Limited, waiting: Sequence[ImageId]) -> list[tuple[ImageId, bool]]:
        """An image that no limit judges, as nothing unseen is said of it, is near none."""
        rows = [sorted(self.turns.rows_of(asked.output, (image_id,))) for image_id in waiting]
        return [
            (image_id, any(near_limit(pool, asked.limits, row))) for image_id, row in zip(waiting, rows, strict=True)
        ]

    def find(self, how: Find, asked: Limited, share: float) -> Found | None:
        return how(self._pool(asked), asked.limits, share)

    def column(self, output: int) -> Column:
        said = self.turns.kept_said[:, output]
        rising = np.sort(said[~np.isnan(said)])
        return Column(rising, spread_of(rising, self.turns.head.kind))

    def _pool(self, asked: Limited) -> Pool:
        while self._noted:
            image_id, answer, skipped = self._noted.popleft()
            self.turns.take(image_id, answer, skipped=skipped)
        return self.turns.pool(asked.output, asked.limits, asked.wanted)


def read_evidence(folder: Path, head_id: HeadId, pool: ImagePool, output: int) -> tuple[Evidence, Column] | str:
    """Reads the project beside the window, which goes on writing it; says in a line why there is nothing to limit."""
    try:
        with Project.open(folder, read_only=True) as project:
            turns = gather_turns(project, project.heads.by_id(head_id), ImageTable(pool.ids, pool.hashes))
    except WinnowError as error:
        return str(error)
    evidence = Evidence(turns)
    return evidence, evidence.column(output)


def spread_of(rising: NDArray[np.float32], kind: HeadKind) -> Spread:
    counts, _ = np.histogram(rising, _BINS, (0.0, 1.0))
    scored = kind is HeadKind.SCORE
    ticks = [(tick / _TICKS, str(tick) if scored else f"{10 * tick} %") for tick in range(_TICKS + 1)]
    return Spread(counts.astype(np.int64), tuple(ticks))
