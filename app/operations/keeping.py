"""Limits on a head's predictions for this sitting, and the order that puts the files within them somewhere."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.models.applied import PutPlan
from app.models.keeping import Passing
from core.errors import UserError
from core.jobs.file_specs import KeptFiles, KeptTableSpec, TransferSpec
from core.project import Project
from core.review.limits import Limits, best, between_numbers, just_above, just_below, least, shortest
from core.scoring.transfers import moment, newest_manifest
from core.store.roots import absolute
from core.values import BRACKETS, Head, HeadKind

SCREEN = "keep"
_FIRST = {HeadKind.SCORE: 0.7}
_EVEN = 0.5
_STEP = 0.01


@dataclass(eq=False)
class Keeping:
    """Change it through its methods only. Limits run from 0 to 1, of a score head too."""

    output: int = 0
    passing: Passing = Passing.HIGHEST
    low: float = _EVEN
    high: float = 1.0
    moves_high: bool = False
    wanted: tuple[float, float] = (7.0, float(BRACKETS))
    plan: PutPlan = field(default_factory=PutPlan)
    manifest: str | None = None
    """Of the last transfer that can be put back."""
    _set_in: dict[Passing, tuple[float, float]] = field(default_factory=dict)
    """The limits of each way that was left."""
    _sent_at: str = ""
    """When the last transfer was ordered."""

    @property
    def limits(self) -> Limits:
        match self.passing:
            case Passing.HIGHEST:
                return Limits(self.low, None)
            case Passing.LOWEST:
                return Limits(None, self.high)
            case Passing.BETWEEN:
                return Limits(self.low, self.high)

    def begin(self, kind: HeadKind) -> None:
        """Of another head."""
        self.output, self.passing, self.moves_high = 0, Passing.HIGHEST, False
        self.low, self.high = between_numbers(_FIRST.get(kind, _EVEN)), 1.0
        self._set_in.clear()

    def move(self, value: float, *, upper: bool) -> None:
        """One limit; it never passes the other."""
        value = between_numbers(max(0.0, min(value, 1.0)))
        if upper:
            self.high = max(value, self.low) if self.passing is Passing.BETWEEN else value
        else:
            self.low = min(value, self.high) if self.passing is Passing.BETWEEN else value
        self.moves_high = upper

    def step(self, by: int) -> None:
        """The limit that the arrows move, by hundredths."""
        self.move(round(self._moved / _STEP + by) * _STEP, upper=self.moves_high)

    def step_one(self, rising: NDArray[np.float32], by: int) -> None:
        """To the next value of `rising` (n,), what is said of every image: one more is kept, or one less."""
        place = int(np.searchsorted(rising, self._moved, side="left"))
        if by > 0 and place < len(rising):
            self.move(just_above(float(rising[place])), upper=self.moves_high)
        elif by < 0 and place > 0:
            self.move(just_below(float(rising[place - 1])), upper=self.moves_high)

    def keep_best(self, rising: NDArray[np.float32], number: int) -> None:
        """So many of the highest up to the upper limit, or of the lowest."""
        if self.passing is Passing.LOWEST:
            self.high = least(rising, number)
        else:
            among = rising
            if self.passing is Passing.BETWEEN:
                among = rising[: int(np.searchsorted(rising, self.high, side="right"))]
            self.low = best(among, number)

    @property
    def _moved(self) -> float:
        return self.high if self.moves_high else self.low

    def pass_by(self, passing: Passing) -> None:
        """What was set in that way is there again; a limit that was open begins where something lies between."""
        before, self.passing = self.passing, passing
        self._set_in[before] = self.low, self.high
        self.moves_high = passing is Passing.LOWEST
        if passing in self._set_in:
            self.low, self.high = self._set_in[passing]
            return
        if passing is Passing.LOWEST and before is Passing.HIGHEST:
            self.high = self.low
        if passing is Passing.HIGHEST and before is Passing.LOWEST:
            self.low = self.high
        if passing is Passing.BETWEEN and before is Passing.HIGHEST and not self.low < self.high < 1:
            self.high = between_numbers((1 + self.low) / 2)
        if passing is Passing.BETWEEN and self.high <= self.low:
            self.low = between_numbers(self.high / 2)

    def want(self, low: float, high: float) -> None:
        """Brackets."""
        self.wanted = (low, max(low, high))

    def pass_wanted(self) -> None:
        """The limits at the brackets that are wanted."""
        low, high = (bracket / BRACKETS for bracket in self.wanted)
        self.passing = Passing.LOWEST if low <= 0 else Passing.HIGHEST if high >= 1 else Passing.BETWEEN
        self.low, self.high = between_numbers(low), between_numbers(high)
        self.moves_high = self.passing is Passing.LOWEST

    def take(self, limits: Limits) -> None:
        """Limits that were found."""
        self.low = self.low if limits.low is None else limits.low
        self.high = self.high if limits.high is None else limits.high

    def transfer_order(self, project: Project, ids: NDArray[np.int64], *, dry_run: bool) -> TransferSpec:
        """Every file of these images, which the worker lists. Raises UserError with what is missing."""
        plan = self.plan
        if not plan.folder:
            raise UserError("it is not said where to", "choose a folder")
        files = kept_of(project, ids, keep_structure=plan.keep_structure)
        self._sent_at = moment()
        return TransferSpec("transfer", plan.act, plan.folder, files, dry_run=dry_run, asked_by=SCREEN)

    def left_behind(self) -> str | None:
        """The table of a transfer that ended before it could say so."""
        newest = newest_manifest(Path(self.plan.folder), since=self._sent_at)
        return None if newest is None else str(newest)


def command_line(project: Project, head: Head, keeping: Keeping, rising: NDArray[np.float32]) -> str:
    """What does the same outside the window, in whatever folder; `rising` (images,) is what is said, in that order."""
    here = [root for root in project.roots if root not in project.lost_roots]
    roots = [absolute(root) for root in here or project.roots]
    parts = ["winnow", "score", f"{absolute(str(project.folder))}:{head.name}", *roots, "-r"]
    if head.labels:
        parts += ["--label", head.labels[keeping.output].name]
    scale, limits = BRACKETS if head.kind is HeadKind.SCORE else 1, keeping.limits
    for option, limit in (("--min", limits.low), ("--max", limits.high)):
        if limit is not None:
            parts += [option, shortest(rising, limit, scale=scale)]
    if keeping.plan.folder:
        parts += [f"--{keeping.plan.act.value}-to", absolute(keeping.plan.folder)]
    return shlex.join(parts)


def table_order(project: Project, head: Head, version: int, ids: NDArray[np.int64]) -> Callable[[Path], KeptTableSpec]:
    """The order for a table of these images in a file. Raises UserError where there are none."""
    kept = kept_of(project, ids)
    return lambda file: KeptTableSpec("table", kept, head.head_id, version, str(file), asked_by=SCREEN)


def kept_of(project: Project, ids: NDArray[np.int64], *, keep_structure: bool = False) -> KeptFiles:
    if not len(ids):
        raise UserError("nothing is kept", "widen the limits")
    return KeptFiles(str(project.folder), ids, keep_structure)
