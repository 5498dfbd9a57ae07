"""Do the intervals of honest figures cover the truth: simulated projects whose whole pool is known.

Each has its own pool, head, share and budget; in every third a corner of the pool was answered beforehand. A person
answers the queue of the program, and figures are taken as the program takes them. The baseline is the same interval on
every answer; of figures at limits near which more images were asked, as many answers in turn from the whole pool.

Letters: n = annotated images, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from core.benchmarks import BenchOptions, BenchRow, border
from core.benchmarks.simulated import SimulatedProject, draw_project
from core.query.audit_draw import ENOUGH
from core.review.audit import at_threshold
from core.review.average_precision import pooled_precision
from core.review.intervals import mean_interval, wilson
from core.values import BRACKETS, HeadKind

_BY_LABEL = ("precision", "recall", "f1", "kept")
_OF_TAGS = "average precision"


def run(options: BenchOptions) -> list[BenchRow]:
    projects = 40 if options.quick else 1000
    covered, tried = coverage(projects, options.seed)
    rows = []
    for name in ("accuracy", *_BY_LABEL, "mae", _OF_TAGS):
        audit, every = covered[name, "audit"] / tried[name, "audit"], covered[name, "every"] / tried[name, "every"]
        note = f"of {tried[name, 'audit']:,} projects with {ENOUGH} audit answers or more; baseline: on every answer"
        rows.append(BenchRow(f"95 % interval of {name} covers the truth", audit, "share", every, audit / every, note))
    return rows + _border_rows(projects, options.seed)


def _border_rows(projects: int, seed: int) -> list[BenchRow]:
    found = border.coverage(projects, seed)
    rows = []
    for name in border.FIGURES:
        what = f"{border.MORE} answers near the limits"
        note = f"of {found.tried[name, 'near']:,} projects"
        share = found.share(name, "near")
        rows.append(BenchRow(f"95 % interval of {name} covers the truth, {what}", share, "share", None, None, note))
        near, in_turn = found.width(name, "near"), found.width(name, "in turn")
        note = f"before: {found.width(name, 'before'):.3f}; baseline: as many answers from the whole pool"
        rows.append(BenchRow(f"its width, {what}", near, "share", in_turn, near / in_turn, note))
    return rows + _mostly_answered_rows(max(projects // 2, 1), seed)


def _mostly_answered_rows(projects: int, seed: int) -> list[BenchRow]:
    found = border.coverage(projects, seed, answered=border.MOSTLY)
    rows = []
    for name in border.FIGURES:
        what = f"95 % interval of {name} covers the truth, {border.MOSTLY:.0%} of the pool answered"
        note = f"of {found.tried[name, 'before']:,} projects; width {found.width(name, 'before'):.3f}"
        rows.append(BenchRow(what, found.share(name, "before"), "share", None, None, note))
    return rows


def coverage(projects: int, seed: int) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """(figure, "audit" or "every") -> how often the interval held the truth, and how often there was one."""
    covered: Counter[tuple[str, str]] = Counter()
    tried: Counter[tuple[str, str]] = Counter()
    for number in range(projects):
        for place, kind in enumerate((HeadKind.CLASS, HeadKind.SCORE, HeadKind.TAGS)):
            rng = np.random.default_rng([seed, number, place])
            project = draw_project(rng, kind, told_before=number % 3 == 0)
            project.work(int(rng.integers(160, 320)))
            audit, every = project.audited(), np.flatnonzero(project.annotated)
            if len(audit) < ENOUGH:
                continue
            truth = _figures(project, np.arange(len(project.said)))
            for on, rows in (("audit", audit), ("every", every)):
                for name, (low, _, high) in _figures(project, rows).items():
                    tried[name, on] += 1
                    covered[name, on] += low <= truth[name][1] <= high
    return covered, tried


def _figures(project: SimulatedProject, rows: NDArray[np.int64]) -> dict[str, tuple[float, float, float]]:
    """Low, value, high of each figure that these images give."""
    said, given = project.said[rows], project.targets[rows]
    if project.kind is HeadKind.SCORE:
        misses = np.abs(said - given)[:, 0].astype(np.float64) * BRACKETS
        low, high = mean_interval(misses)
        return {"mae": (low, float(misses.mean()), high)}
    if project.kind is HeadKind.TAGS:
        together = pooled_precision(given.ravel() > 0.5, said.ravel(), np.repeat(rows, given.shape[1]))
        return {} if together is None else {_OF_TAGS: (together.low, together.value, together.high)}
    right = said.argmax(axis=1) == given.argmax(axis=1)
    low, high = wilson(float(right.sum()), len(right))
    found = {"accuracy": (low, float(right.mean()), high)}
    rated = at_threshold(project.sheet(rows), project.threshold, 0)
    for name in _BY_LABEL:
        one = getattr(rated, name)
        if one.value is not None:
            found[name] = (one.low, one.value, one.high)
    return found
