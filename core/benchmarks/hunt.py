"""How fast a rare label is found: hunts against random order on pools in which one label is thinned to 1 or 5 %.

One against the rest, from no answer at all: rounds of ten, the program's own queue with its random share, the live
head. The rare label is another one for each seed. Random order runs in the same rounds; leads are paired by seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from core.benchmarks import BenchOptions, BenchRow
from core.benchmarks.label_sets import LabelSet, label_sets, split
from core.benchmarks.learning_curves import BATCH, fit_rows, predict
from core.heads.evaluate import average_precision
from core.heads.live_fit import LiveFit
from core.query.clustering import Points
from core.query.queues import build_queue
from core.query.situation import Situation, as_points
from core.values import HeadKind, Strategy

SHARES = (0.01, 0.05)
MARKS = (50, 100, 200)
HUNTS = (
    Strategy.HUNT,
    Strategy.TOP,
    Strategy.TOP_CLUSTERED,
    Strategy.MIX,
    Strategy.NEAREST,
    Strategy.BALD,
    Strategy.MARGIN,
    Strategy.DISAGREEMENT,
)
_T95 = {2: 12.71, 5: 2.78, 10: 2.26}
_FEWEST = 400
"""Images: a smaller pool has no one per cent to speak of."""


@dataclass(frozen=True, slots=True, eq=False)
class RarePool:
    """Arrays are of the pool, or of the test."""

    data: LabelSet
    """Two outputs: the rest, and the rare label"""
    pool: NDArray[np.int64]
    test: NDArray[np.int64]
    points: Points

    @property
    def positive(self) -> NDArray[np.bool_]:
        return np.asarray(self.data.targets[self.pool, 1] > 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    counts: NDArray[np.int64]
    """(marks,) positives after so many answers"""
    precision: float
    """Average precision on the test at the end"""


def rare_pool(data: LabelSet, share: float, seed: int) -> RarePool:
    """The label number `seed` thinned by chance until it is this share of the pool; the test stays as it is."""
    parts = split(data)
    label = seed % data.targets.shape[1]
    is_rare = data.targets[:, label] > 0.5
    inside = is_rare[parts.pool]
    kept = max(round(int((~inside).sum()) * share / (1.0 - share)), 2)
    drawn = np.random.default_rng(seed).permutation(parts.pool[inside])[:kept]
    pool = np.sort(np.concatenate([parts.pool[~inside], drawn]))
    targets = np.stack([~is_rare, is_rare], axis=1).astype(np.float32)
    one = LabelSet(data.name, HeadKind.CLASS, data.embeddings, targets, data.groups)
    return RarePool(one, pool, parts.test, as_points(data.embeddings[pool], seed=seed))


def hunt(rare: RarePool, strategy: Strategy, *, seed: int, budget: int) -> Found:
    positive = rare.positive
    annotated = np.zeros(len(positive), np.bool_)
    given: list[int] = []
    fit: LiveFit | None = None
    while len(given) < min(budget, len(positive)):
        said = None if fit is None else predict(fit, rare.data.embeddings[rare.pool])
        situation = Situation(
            HeadKind.CLASS, annotated, rare.points, said, positive=positive & annotated, target=1, seed=seed
        )
        asked = build_queue(strategy, situation)[:BATCH]
        given.extend(int(row) for row in asked)
        annotated[asked] = True
        fit = fit_rows(rare.data, rare.pool[given], before=fit, seed=seed)
    assert fit is not None
    order = positive[given]
    counts = np.array([order[:mark].sum() for mark in MARKS])
    said = predict(fit, rare.data.embeddings[rare.test]).mean(axis=0)[:, 1]
    return Found(counts, average_precision(rare.data.targets[rare.test, 1] > 0.5, said) or 0.0)


def run(options: BenchOptions) -> list[BenchRow]:
    seeds = 2 if options.quick else 10
    shares, hunts = (SHARES[1:], HUNTS[:1]) if options.quick else (SHARES, HUNTS)
    sets = [each for each in label_sets(None if options.quick else options.data) if _is_large(each)]
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # so small that several would only wait for each other
    try:
        return [row for each in sets for share in shares for row in _rows(each, share, hunts, seeds, options.seed)]
    finally:
        torch.set_num_threads(threads)


def _is_large(data: LabelSet) -> bool:
    return len(split(data).pool) >= _FEWEST


def _rows(data: LabelSet, share: float, hunts: tuple[Strategy, ...], seeds: int, first: int) -> list[BenchRow]:
    pools = [rare_pool(data, share, seed) for seed in range(first, first + seeds)]
    found = {
        strategy: [hunt(pool, strategy, seed=first + i, budget=MARKS[-1]) for i, pool in enumerate(pools)]
        for strategy in (*hunts, Strategy.RANDOM)
    }
    there = float(np.mean([pool.positive.sum() for pool in pools]))
    return [_row(f"{data.name} at {share:.0%}: {name}", found, name, there) for name in hunts]


def _row(title: str, found: dict[Strategy, list[Found]], name: Strategy, there: float) -> BenchRow:
    counts = np.array([each.counts for each in found[name]])  # (seeds, marks)
    plain = np.array([each.counts for each in found[Strategy.RANDOM]])
    lead = (counts - plain)[:, -1]
    half = _T95[len(lead)] * lead.std(ddof=1) / np.sqrt(len(lead))
    steps = "/".join(f"{value:.1f}" for value in counts.mean(axis=0))
    chance = "/".join(f"{value:.1f}" for value in plain.mean(axis=0))
    precision, at_random = (float(np.mean([each.precision for each in found[by]])) for by in (name, Strategy.RANDOM))
    note = (
        f"found of {there:.0f} after {'/'.join(map(str, MARKS))}: {steps}, random {chance}; lead {lead.mean():+.1f} "
        f"+-{half:.1f}; average precision {precision:.2f}, random {at_random:.2f}; {len(lead)} seeds"
    )
    value, baseline = float(counts[:, -1].mean()), float(plain[:, -1].mean())
    return BenchRow(title, value, "found", baseline, value / baseline if baseline else None, note)
