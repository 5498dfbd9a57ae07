"""What a committee says of the whole pool, as it is written to the predictions file.

Letters: n = images of the pool, k = some of them, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.calibrate import Calibration
from core.heads.committee import Committee
from core.heads.members import Each, in_turn
from core.query.utilities import utility
from core.values import HeadKind

SUPPORT_LIMIT = 1500
"""Annotated images that carry a live head; above, the subset of regressors."""
_BLOCK = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    probabilities: NDArray[np.float16]
    """(n, outputs) mean of the members"""
    members: NDArray[np.float16]
    """(n, members, outputs)"""

    def redraw(self, calibration: Calibration) -> None:
        """Calibrate the members (scores) in place, and with them their mean."""
        for start in range(0, len(self.members), _BLOCK):
            rows = slice(start, start + _BLOCK)
            said = calibration.redraw_scores(torch.from_numpy(self.members[rows]))
            keep_votes(self, rows, said.transpose(0, 1))

    def mix(self, other: Votes, share: float) -> None:
        """In place, with this share of the other, member by member."""
        for start in range(0, len(self.members), _BLOCK):
            rows = slice(start, start + _BLOCK)
            for mine, its in ((self.members, other.members), (self.probabilities, other.probabilities)):
                torch.from_numpy(mine[rows]).lerp_(torch.from_numpy(its[rows]), share)

    def doubt(self, kind: HeadKind, each: Each = in_turn) -> NDArray[np.float32]:
        """(n,) the utility of `disagreement`; a margin needs the mean vote only, which is a committee of one."""
        found = np.empty(len(self.members), dtype=np.float32)

        def weigh(start: int) -> None:
            rows = slice(start, start + _BLOCK)
            votes = self.members[rows].transpose(1, 0, 2) if kind is HeadKind.SCORE else self.probabilities[None, rows]
            found[rows] = utility(votes, kind)

        each(weigh, range(0, len(found), _BLOCK))
        return found


def silence(probabilities: NDArray[np.float16], members: NDArray[np.float16], targets: NDArray[np.floating]) -> None:
    """NaN (in place) for outputs that no answer speaks of: what a network makes of them is nobody's opinion.

    `probabilities` (n, outputs), `members` (n, members, outputs), `targets` (answers, outputs; NaN = unknown).
    """
    unheard = np.isnan(targets).all(axis=0)
    if unheard.any():
        probabilities[:, unheard] = np.nan
        members[:, :, unheard] = np.nan


def empty_votes(n: int, committee: Committee) -> Votes:
    """To be filled by `keep_votes`."""
    members, outputs = len(committee.members), len(committee.mean)
    return Votes(np.empty((n, outputs), dtype=np.float16), np.empty((n, members, outputs), dtype=np.float16))


def keep_votes(votes: Votes, rows: NDArray[np.int64] | slice, said: Tensor) -> None:
    """Write what was said of `rows`, (members, k, outputs), in its place."""
    votes.probabilities[rows] = said.mean(0).half().cpu().numpy()
    votes.members[rows] = said.transpose(0, 1).half().cpu().numpy()
