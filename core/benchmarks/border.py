"""Do intervals hold the truth where more images were asked near the limits, and how much narrower are they.

Simulated projects as in core.benchmarks.audit. The baseline of the widths is as many answers in turn from the whole
pool: what the audit set alone would give.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from core.benchmarks.simulated import SimulatedProject, draw_project
from core.query.audit_draw import ENOUGH, in_order_of_draw
from core.review.border import next_asked
from core.review.limits import Limits
from core.review.strata import Kept, Pool, cells, kept
from core.values import HeadKind

MORE = 80
"""Answers asked near the limits."""
FIGURES = ("precision", "recall", "f1")
_STRIP = 8
_WANTED_FROM = 0.6
_FEWEST = 20
"""Images kept, and wanted, below which a share of them says nothing."""


def coverage(projects: int, seed: int) -> tuple[Counter[str], Counter[str], Counter[tuple[str, str]]]:
    """Figure -> how often the interval held the truth, and was there; (figure, how asked) -> sum of widths."""
    covered: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    widths: Counter[tuple[str, str]] = Counter()
    for number in range(projects):
        for kind in (HeadKind.CLASS, HeadKind.SCORE):
            rng = np.random.default_rng([seed, number, kind is HeadKind.SCORE])
            project = draw_project(rng, kind, told_before=number % 3 == 0)
            project.work(int(rng.integers(160, 320)))
            trial = _Trial(project, _limits(rng))
            truth = trial.truth()
            if truth is None:
                continue
            before, in_turn, near = trial.judged(), trial.after_turns(MORE), trial.after_border(MORE)
            if near.n < ENOUGH:
                continue
            for name in FIGURES:
                tried[name] += 1
                one = getattr(near, name)
                covered[name] += one.low - 1e-9 <= truth[name] <= one.high + 1e-9
                for how, found in (("before", before), ("in turn", in_turn), ("near", near)):
                    widths[name, how] += getattr(found, name).high - getattr(found, name).low
    return covered, tried, widths


class _Trial:
    """One project, one pair of limits; a person answers truly."""

    def __init__(self, project: SimulatedProject, limits: Limits) -> None:
        order = in_order_of_draw(project.keys)
        self._limits = limits
        self._said = project.said[order, 0]
        self._passed = project.annotated[order].copy()
        self._edges = cells(self._said)
        if project.kind is HeadKind.SCORE:
            self._wanted = project.targets[order, 0] >= _WANTED_FROM
        else:
            self._wanted = (project.targets[order, 0] > 0.5) ^ limits.keeps_low

    def truth(self) -> dict[str, float] | None:
        inside, wanted = self._limits.within(self._said), self._wanted
        if inside.sum() < _FEWEST or wanted.sum() < _FEWEST:
            return None
        both = float((inside & wanted).sum())
        return {
            "precision": both / float(inside.sum()),
            "recall": both / float(wanted.sum()),
            "f1": 2 * both / float(inside.sum() + wanted.sum()),
        }

    def judged(self) -> Kept:
        return kept(self._pool(self._passed), self._limits)

    def after_turns(self, more: int) -> Kept:
        passed = self._passed.copy()
        passed[np.flatnonzero(~passed)[:more]] = True
        return kept(self._pool(passed), self._limits)

    def after_border(self, more: int) -> Kept:
        passed = self._passed.copy()
        for _ in range(more // _STRIP):
            passed[[one.row for one in next_asked(self._pool(passed), self._limits, _STRIP)]] = True
        return kept(self._pool(passed), self._limits)

    def _pool(self, passed: NDArray[np.bool_]) -> Pool:
        answers = np.where(passed, self._wanted, np.nan).astype(np.float32)
        return Pool(self._said, answers, passed, np.zeros(len(passed), np.bool_), self._edges)


def _limits(rng: np.random.Generator) -> Limits:
    low = float(rng.uniform(0.3, 0.8))
    high = min(1.0, low + float(rng.uniform(0.1, 0.4)))
    return (Limits(low, None), Limits(None, low), Limits(low, high))[int(rng.integers(0, 3))]
