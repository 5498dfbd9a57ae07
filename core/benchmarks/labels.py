"""How much an answer teaches: learning curves of the default queue, margin and cold start against random order.

Every strategy sees the same embeddings, the same head and the same test images, which are never asked. The value is the
mean quality over the curve (AULC); differences are paired by seed, with their 95 % interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.benchmarks import BenchOptions, BenchRow
from core.benchmarks.label_sets import LabelSet, Split, label_sets, score_sets, split
from core.benchmarks.learning_curves import (
    Ask,
    Curve,
    ask_by_disagreement,
    ask_by_margin,
    ask_for_coverage,
    ask_randomly,
    fit_rows,
    judge,
    learning_curve,
)
from core.values import HeadKind

RANDOM = "random"
STRATEGIES: Mapping[str, Ask] = {
    RANDOM: ask_randomly,
    "disagreement": ask_by_disagreement,
    "margin": ask_by_margin,
    "cold start throughout": ask_for_coverage,
}
_T95 = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 10: 2.26}
_SHARES = (0.90, 0.95)
_WHOLE_LIMIT = 1500


@dataclass(frozen=True, slots=True)
class _Effort:
    seeds: int
    budget: int


def run(options: BenchOptions) -> list[BenchRow]:
    if options.quick:
        sets = [_first(each, 220) for each in label_sets(None)]
        return [row for each in sets for row in _compare(each, _Effort(2, 30), options.seed)]
    sets = label_sets(options.data) + score_sets(options.data)
    return [row for each in sets for row in _compare(each, _Effort(5, 150), options.seed)]


def _first(data: LabelSet, count: int) -> LabelSet:
    parts = {name: getattr(data, name)[:count] for name in ("embeddings", "targets", "groups")}
    return replace(data, **parts)


def _compare(data: LabelSet, effort: _Effort, seed: int) -> list[BenchRow]:
    parts = split(data)
    curves = {
        name: [learning_curve(data, parts, ask, seed=seed + i, budget=effort.budget) for i in range(effort.seeds)]
        for name, ask in STRATEGIES.items()
    }
    rows = [_area_row(data, name, curves, effort) for name in STRATEGIES if name != RANDOM]
    if data.kind is HeadKind.SCORE:
        return rows
    best = judge(data, fit_rows(data, parts.pool[:_WHOLE_LIMIT], seed=seed), parts.test)
    return rows + [_labels_row(data, curves, share, best, parts) for share in _SHARES]


def _area_row(data: LabelSet, name: str, curves: Mapping[str, list[Curve]], effort: _Effort) -> BenchRow:
    areas = np.array([curve.area for curve in curves[name]])
    plain = np.array([curve.area for curve in curves[RANDOM]])
    lead = areas - plain
    half = _T95[effort.seeds] * lead.std(ddof=1) / np.sqrt(len(lead))
    unit = "brackets, negated" if data.kind is HeadKind.SCORE else "accuracy"
    note = f"AULC to {effort.budget} answers, {effort.seeds} seeds; lead {lead.mean():+.3f} +-{half:.3f} over random"
    value, baseline = float(areas.mean()), float(plain.mean())
    return BenchRow(f"{data.name}: {name}", value, unit, baseline, value / baseline, note)


def _labels_row(data: LabelSet, curves: Mapping[str, list[Curve]], share: float, best: float, parts: Split) -> BenchRow:
    """Median over seeds; a curve that never gets there counts as the end of the budget, which flatters random."""
    needed = {name: _median_labels(curves[name], share * best) for name in (RANDOM, "disagreement", "margin")}
    whole = f"of {best:.3f} with all {len(parts.pool)}"
    note = f"{whole}; margin {needed['margin']:.0f}; a curve that ends below counts as its end"
    value, baseline = needed["disagreement"], needed[RANDOM]
    name = f"{data.name}: answers to {share:.0%} of full accuracy, disagreement"
    return BenchRow(name, value, "answers", baseline, value / baseline, note)


def _median_labels(curves: list[Curve], quality: float) -> float:
    return float(np.median([min(curve.labels_to(quality), float(curve.labels[-1])) for curve in curves]))
