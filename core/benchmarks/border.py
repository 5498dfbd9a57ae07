"""Do intervals hold the truth of what limits keep, and how much do answers near the limits narrow them.

Simulated projects as in core.benchmarks.audit, with a fifth of the pool answered as there, or most of it. What is kept
goes by the head that learned from the answers, and the truth is of what it keeps. The baseline of the widths is as many
answers in turn from the whole pool: what the audit set alone would give.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.benchmarks.simulated import SimulatedProject, draw_project
from core.query.audit_draw import ENOUGH, in_order_of_draw
from core.review.border import next_asked
from core.review.limits import Limits
from core.review.strata import Kept, Pool, cells, kept
from core.review.tally import Whole
from core.values import HeadKind

MORE = 80
"""Answers asked near the limits."""
MOSTLY = 0.8
"""Of the pool, answered before."""
FIGURES = ("precision", "recall", "f1")
_STRIP = 8
_ROUNDS = 8
_WANTED_FROM = 0.6
_FEWEST = 20
"""Images kept, and wanted, below which a share of them says nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """(figure, "before" any answer near the limits, "in turn" or "near") -> what is counted of it."""

    covered: Counter[tuple[str, str]]
    """How often the interval held the truth"""
    tried: Counter[tuple[str, str]]
    widths: Counter[tuple[str, str]]
    """Their sum"""

    def share(self, name: str, how: str) -> float:
        return self.covered[name, how] / self.tried[name, how]

    def width(self, name: str, how: str) -> float:
        return self.widths[name, how] / self.tried[name, how]


def coverage(projects: int, seed: int, *, answered: float | None = None) -> Coverage:
    """`answered`: this share of each pool is before any answer near the limits; None: 160 to 320 images."""
    found = Coverage(Counter(), Counter(), Counter())
    for number in range(projects):
        for kind in (HeadKind.CLASS, HeadKind.SCORE):
            rng = np.random.default_rng([seed, number, kind is HeadKind.SCORE])
            project = draw_project(rng, kind, told_before=number % 3 == 0)
            if answered is None:
                project.work(int(rng.integers(160, 320)))
            else:
                budget = round(answered * len(project.said))
                project.work(budget, at_once=-(-budget // _ROUNDS))
            _try(_Trial(project, _limits(rng)), found)
    return found


def _try(trial: _Trial, found: Coverage) -> None:
    truth, near = trial.truth(), trial.after_border(MORE)
    if truth is None or near.n < ENOUGH:
        return
    for how, judged in (("before", trial.judged()), ("in turn", trial.after_turns(MORE)), ("near", near)):
        for name in FIGURES:
            one = getattr(judged, name)
            found.tried[name, how] += 1
            found.covered[name, how] += one.low - 1e-9 <= truth[name] <= one.high + 1e-9
            found.widths[name, how] += one.high - one.low


class _Trial:
    """One project, one pair of limits; a person answers truly."""

    def __init__(self, project: SimulatedProject, limits: Limits) -> None:
        order = in_order_of_draw(project.keys)
        self._limits = limits
        self._said, self._kept_by = project.said[order, 0], project.by_version[order, 0]
        self._learned = project.annotated[order].copy()
        self._edges = cells(self._said)
        if project.kind is HeadKind.SCORE:
            self._wanted = project.targets[order, 0] >= _WANTED_FROM
        else:
            self._wanted = (project.targets[order, 0] > 0.5) ^ limits.keeps_low

    def truth(self) -> dict[str, float] | None:
        inside, wanted = self._limits.within(self._kept_by), self._wanted
        if inside.sum() < _FEWEST or wanted.sum() < _FEWEST:
            return None
        both = float((inside & wanted).sum())
        return {
            "precision": both / float(inside.sum()),
            "recall": both / float(wanted.sum()),
            "f1": 2 * both / float(inside.sum() + wanted.sum()),
        }

    def judged(self) -> Kept:
        return kept(self._pool(self._learned), self._limits)

    def after_turns(self, more: int) -> Kept:
        passed = self._learned.copy()
        passed[np.flatnonzero(~passed)[:more]] = True
        return kept(self._pool(passed), self._limits)

    def after_border(self, more: int) -> Kept:
        passed = self._learned.copy()
        for _ in range(more // _STRIP):
            passed[[one.row for one in next_asked(self._pool(passed), self._limits, _STRIP)]] = True
        return kept(self._pool(passed), self._limits)

    def _pool(self, passed: NDArray[np.bool_]) -> Pool:
        answers = np.where(passed, self._wanted, np.nan).astype(np.float32)
        skipped, whole = np.zeros(len(passed), np.bool_), Whole(self._kept_by, answers)
        return Pool(self._said, answers, passed, skipped, self._edges, whole)


def _limits(rng: np.random.Generator) -> Limits:
    low = float(rng.uniform(0.3, 0.8))
    high = min(1.0, low + float(rng.uniform(0.1, 0.4)))
    return (Limits(low, None), Limits(None, low), Limits(low, high))[int(rng.integers(0, 3))]
