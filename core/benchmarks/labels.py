"""How much an answer teaches: learning curves of the default queue against chance, margin, and what others would ask.

Every strategy sees the same embeddings, the same head and the same test images, which are never asked. The value is the
mean quality over the curve (AULC); differences are paired by seed, with their 95 % interval. The baseline is random
order; rows of libraries from end to end are judged by their own classifier. Answers needed are told apart by two within
the first round, where both sides were judged so, and on a line between rounds after it. With `--kept DIR` a run that
was stopped goes on where it was. What is rare has a benchmark of its own (core.benchmarks.hunt).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from core.benchmarks import BenchOptions, BenchRow
from core.benchmarks.bench_head import BenchHead
from core.benchmarks.curve_picture import Line, Panel, check_picture, draw_curves
from core.benchmarks.kept_curves import KeptCurves
from core.benchmarks.label_figures import (
    SHARES,
    Compared,
    Curves,
    alike,
    best_of,
    lead,
    mean_ratio,
    most_behind,
    unsettled,
)
from core.benchmarks.label_sets import LabelSet, Split, defect_set, label_sets, score_sets, split, without_a_tenth
from core.benchmarks.learning_curves import (
    BATCH,
    Ask,
    Curve,
    ask_by_default,
    ask_randomly,
    asking,
    judge,
    learning_curve,
)
from core.benchmarks.rival_learners import OwnCurve, own_learners
from core.benchmarks.rivals import rivals, rivals_source
from core.benchmarks.seed_baseline import QUICKENED_STEPS, quickened_network
from core.heads.checkpoint import predict
from core.values import HeadKind, Strategy
from core.workers import Workers

RANDOM, DEFAULT = Strategy.RANDOM.value, Strategy.DISAGREEMENT.value
STRATEGIES: Mapping[str, Ask] = {
    RANDOM: ask_randomly,
    DEFAULT: ask_by_default,
    **{name.value: asking(name) for name in (Strategy.MARGIN, Strategy.DIVERSE)},
}
_SEED_ANSWERS = 100


@dataclass(frozen=True, slots=True)
class _Effort:
    seeds: int
    library_seeds: int
    """The first of them; curves of libraries are slow, and only held against ours on the same ones"""
    near_seeds: int
    """Of a library that is the best by these: until the best one has as many, it may be so by luck"""
    budget: int
    seed_steps: int
    """Of the seed's loop, in steps of many images"""


def run(options: BenchOptions) -> list[BenchRow]:
    if options.picture is not None:
        check_picture(options.picture)
    effort = _Effort(2, 2, 2, 30, 6) if options.quick else _Effort(40, 5, 20, 300, QUICKENED_STEPS)
    workers = Workers()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # libraries warn of versions to come
            return _run(options, effort, workers)
    finally:
        workers.close()


def _run(options: BenchOptions, effort: _Effort, workers: Workers) -> list[BenchRow]:
    if options.quick:
        sets = [_first(each, 220) for each in label_sets(None)]
    else:
        defects = [] if options.data is None else [defect_set(options.data)]
        sets = label_sets(options.data) + defects + score_sets(options.data)
    tried = [_compare(data, effort, options, workers) for data in sets]
    labelled = [each.compared for each in tried if each.data.kind is HeadKind.CLASS]
    while (name := unsettled(labelled, _libraries(labelled[0]), RANDOM, effort.near_seeds)) is not None:
        for each in (one for one in tried if one.data.kind is HeadKind.CLASS):
            each.compared.curves[name] = _curves(each, name, effort.near_seeds, effort, options, workers)
            options.tell(_said_of(each, name))
    rows = [row for each in tried for row in _rows(each, effort, options.seed)]
    if options.picture is not None:
        _draw(options.picture, [each.compared for each in tried])
    return rows + [row for share in SHARES for row in _whole_rows(labelled, share)]


def _first(data: LabelSet, count: int) -> LabelSet:
    parts = {name: getattr(data, name)[:count] for name in ("embeddings", "targets", "groups")}
    return replace(data, **parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Tried:
    data: LabelSet
    parts: Split
    compared: Compared
    made: dict[tuple[str, int], Curve] = field(default_factory=dict)
    """By name and seed"""


def _compare(data: LabelSet, effort: _Effort, options: BenchOptions, workers: Workers) -> _Tried:
    parts = split(data)
    tried = _Tried(data, parts, Compared(data.name, {}, workers.run(_full_quality, data, parts, options.seed)))
    for name in (*STRATEGIES, *rivals(data.kind), *_own_learners(data.kind)):
        seeds = effort.seeds if name in STRATEGIES else effort.library_seeds
        tried.compared.curves[name] = _curves(tried, name, seeds, effort, options, workers)
        options.tell(_said_of(tried, name))
    return tried


def _libraries(compared: Compared) -> list[str]:
    return [name for name in compared.curves if name not in STRATEGIES]


def _own_learners(kind: HeadKind) -> Mapping[str, OwnCurve]:
    return own_learners() if kind is HeadKind.CLASS else {}


def _curves(tried: _Tried, name: str, seeds: int, effort: _Effort, options: BenchOptions, workers: Workers) -> Curves:
    """Of one strategy or library on the first `seeds`."""
    data, wanted = tried.data, range(options.seed, options.seed + seeds)
    ask = {**STRATEGIES, **rivals(data.kind)}.get(name)
    learn = _own_learners(data.kind)[name] if ask is None else partial(learning_curve, ask=ask)
    one = partial(_one_curve, data, tried.parts, name, learn, effort.budget, KeptCurves(options.kept))
    new = [seed for seed in wanted if (name, seed) not in tried.made]
    made = map(one, new) if ask is None else workers.gather(one, new)
    tried.made.update(zip([(name, seed) for seed in new], made, strict=True))
    return Curves.of([tried.made[name, seed] for seed in wanted])


def _said_of(tried: _Tried, name: str) -> str:
    row = _area_row(tried.data, name, tried.compared)
    return f"{row.name}: {row.value:.3f}, {row.note}"


def _one_curve(
    data: LabelSet, parts: Split, name: str, learn: OwnCurve, budget: int, kept: KeptCurves, seed: int
) -> Curve:
    make = partial(learn, data, without_a_tenth(parts, seed), seed=seed, budget=budget)
    return kept.curve(f"{data.name} ({len(data.groups)}): {name}, seed {seed}, {budget} answers", make)


def _full_quality(data: LabelSet, parts: Split, seed: int) -> float:
    head = BenchHead(data, parts.pool, seed=seed)
    return judge(data, head, head.learn(parts.pool), parts.test)


def _rows(tried: _Tried, effort: _Effort, seed: int) -> list[BenchRow]:
    data, parts, compared = tried.data, tried.parts, tried.compared
    rows = [_area_row(data, name, compared) for name in compared.curves if name != RANDOM]
    rows.append(_behind_row(compared))
    if data.kind is HeadKind.SCORE:
        return [*rows, _ranks_row(compared)]
    rows += [_answers_row(compared, share, len(parts.pool)) for share in SHARES]
    return [*rows, _seed_row(data, parts, effort, seed)]


def _area_row(data: LabelSet, name: str, compared: Compared) -> BenchRow:
    ours = compared.curves[name]
    plain = compared.curves[RANDOM].first(ours.seeds)
    ahead = lead(ours, plain)
    unit = "brackets, negated" if data.kind is HeadKind.SCORE else "accuracy"
    note = (
        f"AULC to {ours.labels[-1]} answers, {ours.seeds} seeds; lead {ahead.mean:+.3f} +-{ahead.half:.3f}"
        f"{'' if data.kind is HeadKind.SCORE else _needs(compared, name)}; {ours.seconds:.2g} s a round"
    )
    return BenchRow(f"{data.name}: {name}", ours.area, unit, plain.area, ours.area / plain.area, note)


def _needs(compared: Compared, name: str) -> str:
    needed = "/".join(f"{compared.curves[name].answers_to(share * compared.full):.0f}" for share in SHARES)
    return f"; {needed} answers to 90/95/98 % of full accuracy"


def _ranks_row(compared: Compared) -> BenchRow:
    ours, plain = (compared.curves[name] for name in (DEFAULT, RANDOM))
    ahead = lead(ours, plain, of="ranks")
    value, baseline = float(ours.ranks.mean()), float(plain.ranks.mean())
    note = f"Spearman's, mean over the curve; lead {ahead.mean:+.3f} +-{ahead.half:.3f}"
    return BenchRow(f"{compared.name}: rank correlation, {DEFAULT}", value, "", baseline, value / baseline, note)


def _behind_row(compared: Compared) -> BenchRow:
    worst = most_behind(compared.curves[DEFAULT], compared.curves[RANDOM])
    note = (
        f"the largest of all rounds, at {worst.answers} answers: lower end of the paired 95 % interval, below 0 where "
        f"it is not behind beyond noise; {worst.at_once:+.3f} where all rounds' intervals hold at once"
    )
    return BenchRow(f"{compared.name}: how far {DEFAULT} is behind random", worst.surely, "quality", 0.0, None, note)


def _answers_row(compared: Compared, share: float, pool: int) -> BenchRow:
    """A curve that never gets there counts as the end of the budget, which flatters random."""
    needed = {name: curves.answers_to(share * compared.full) for name, curves in compared.curves.items()}
    libraries = {name: count for name, count in needed.items() if name not in STRATEGIES}
    best = min(libraries, key=libraries.__getitem__, default=None)
    beside = ""
    if best is not None:
        seeds = compared.curves[best].seeds
        same = alike(compared.curves[DEFAULT].first(seeds), compared.curves[best])[0].answers_to(share * compared.full)
        beside = f"; best library: {best} {needed[best]:.0f}, where {DEFAULT} needs {same:.0f} (its {seeds} seeds)"
    note = f"of {compared.full:.3f} with all {pool}, mean curve; margin {needed['margin']:.0f}{beside}"
    value, baseline = needed[DEFAULT], needed[RANDOM]
    name = f"{compared.name}: answers to {share:.0%} of full accuracy, {DEFAULT}"
    return BenchRow(name, value, "answers", baseline, value / baseline, note)


def _whole_rows(sets: Sequence[Compared], share: float) -> list[BenchRow]:
    """Geometric mean over all sets of labels, in units of random order; and beside the best library, on its seeds."""
    ours, low, high = mean_ratio(sets, DEFAULT, RANDOM, share)
    name = f"answers to {share:.0%} of full accuracy, {DEFAULT} in units of random's, {len(sets)} sets"
    seeds = sets[0].curves[DEFAULT].seeds
    rounds, least, most = mean_ratio([data.by_rounds() for data in sets], DEFAULT, RANDOM, share)
    note = (
        f"95 % interval {low:.2f} to {high:.2f} over {seeds} seeds; judged after rounds of {BATCH} alone {rounds:.2f}, "
        f"{least:.2f} to {most:.2f}; {rivals_source()}"
    )
    rows = [BenchRow(name, ours, "share", 1.0, ours, note)]
    if libraries := _libraries(sets[0]):
        best, needed = best_of(sets, libraries, RANDOM, share)
        seeds = sets[0].curves[best].seeds
        same = mean_ratio(sets, DEFAULT, RANDOM, share, seeds=seeds)[0]
        _, low, high = mean_ratio(sets, DEFAULT, best, share, seeds=seeds)
        note = (
            f"baseline: the best library over all sets, {best}; 95 % interval of the quotient {low:.2f} to {high:.2f}"
        )
        rows.append(BenchRow(f"{name}, {seeds} seeds", same, "share", needed, same / needed, note))
    return rows


def _seed_row(data: LabelSet, parts: Split, effort: _Effort, seed: int) -> BenchRow:
    """The seed asks in random order; its network learns from the first of that order."""
    first = np.random.default_rng(seed).permutation(parts.pool)[: min(_SEED_ANSWERS, effort.budget)]
    given, wanted = (data.targets[rows].argmax(axis=1) for rows in (first, parts.test))
    network = quickened_network(
        data.embeddings[first], given, data.targets.shape[1], seed=seed, steps=effort.seed_steps
    )
    value = float((predict(network, data.kind, data.embeddings[parts.test]).argmax(axis=1) == wanted).mean())
    head = BenchHead(data, parts.pool, seed=seed)
    ours = judge(data, head, head.learn(first), parts.test)
    note = f"one seed, {effort.seed_steps} steps of 128 at a rate to match its 40,000 of one; baseline: the live head"
    return BenchRow(
        f"{data.name}: the seed's recipe on {len(first)} random answers", value, "accuracy", ours, value / ours, note
    )


def _draw(path: Path, found: Sequence[Compared]) -> None:
    panels = []
    for one in found:
        lines = {name: Line(curves.labels, curves.quality.mean(axis=0)) for name, curves in one.curves.items()}
        panels.append(Panel(one.name, lines))
    draw_curves(path, panels, front=(DEFAULT, RANDOM))
