"""What the screen of limits has worked out beside the window's thread: the pool read, limits judged, images chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.models.keeping import Spread
from app.presenting.keep_states import spread_of
from app.queue.ranking import Pool as ImagePool
from core.errors import WinnowError
from core.project import Project
from core.project.turns import Turns, gather_turns
from core.review.border import next_asked
from core.review.limits import Limits
from core.review.strata import Kept, Pool, kept
from core.store.columns import ImageTable
from core.values import HeadId, ImageId


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    kept: Kept
    asked: Sequence[tuple[ImageId, bool]]
    """Images to ask next, and whether each is near a limit"""


class Said:
    """What a version says of every image, in rising order and as a histogram, each output once."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._rising: dict[int, NDArray[np.float32]] = {}
        self._spreads: dict[int, Spread] = {}

    def rising(self, output: int) -> NDArray[np.float32]:
        if output not in self._rising:
            said = self._turns.kept_said[:, output]
            self._rising[output] = np.sort(said[~np.isnan(said)])
        return self._rising[output]

    def spread(self, output: int) -> Spread:
        if output not in self._spreads:
            self._spreads[output] = spread_of(self.rising(output), self._turns.head.kind)
        return self._spreads[output]


def judge(pool: Pool, ids: NDArray[np.int64], limits: Limits, waiting: frozenset[int], lacking: int) -> Judged:
    asked = next_asked(pool, limits, lacking, without=waiting) if lacking else []
    return Judged(kept(pool, limits), [(ImageId(int(ids[one.row])), one.near) for one in asked])


def read_turns(folder: Path, head_id: HeadId, pool: ImagePool) -> Turns | str:
    """Reads the project beside the window, which goes on writing it; says in a line why there is nothing to limit."""
    try:
        with Project.open(folder, read_only=True) as project:
            return gather_turns(project, project.heads.by_id(head_id), ImageTable(pool.ids, pool.hashes))
    except WinnowError as error:
        return str(error)
