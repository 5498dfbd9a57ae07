"""How fast a rare label is found: hunts against random order on pools in which one label is thinned to 1 or 5 %.

One against the rest, from no answer at all: rounds of ten, the program's own queue with its random share, the live
head. The rare label is another one for each seed. Random order runs in the same rounds; leads are paired by seed.
What counts is how often a hunt found what a random draw finds on average, which is known exactly.
Pools of which 200 answers are a small part come first; those named small leave little room for any order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from core.benchmarks import BenchOptions, BenchRow
from core.benchmarks.label_sets import LabelSet, label_sets, one_hot, split
from core.benchmarks.learning_curves import BATCH, fit_rows, predict
from core.benchmarks.letters import draw_letters
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
_LETTERS = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class RarePool:
    """Rows of the set."""

    data: LabelSet
    """Two outputs: the rest, and the rare label"""
    pool: NDArray[np.int64]
    test: NDArray[np.int64]
    """Of a whole set: the positives that were thinned away"""
    points: Points
    whole: bool = False
    """Every image may be asked; none is kept for the test but what was thinned away."""

    @property
    def positive(self) -> NDArray[np.bool_]:
        return np.asarray(self.data.targets[self.pool, 1] > 0.5)

    def by_chance(self, answers: int) -> float:
        """Positives in so many images drawn by chance, on average (hypergeometric)."""
        size = len(self.pool)
        return min(answers, size) * int(self.positive.sum()) / size

    def never_answered(self, given: list[int]) -> NDArray[np.int64]:
        """Rows to judge the head on."""
        return np.concatenate([self.test, np.delete(self.pool, given)]) if self.whole else self.test


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    title: str
    data: LabelSet
    whole: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    counts: NDArray[np.int64]
    """(marks,) positives after so many answers"""
    precision: float
    """Average precision at the end, on images that were never answered"""


def rare_pool(data: LabelSet, share: float, seed: int, *, whole: bool = False) -> RarePool:
    """The label number `seed` thinned by chance until it is this share of the pool; the test stays as it is."""
    parts = split(data)
    source = np.arange(len(data.targets)) if whole else parts.pool
    label = seed % data.targets.shape[1]
    is_rare = data.targets[:, label] > 0.5
    inside = is_rare[source]
    kept = max(round(int((~inside).sum()) * share / (1.0 - share)), 2)
    mixed = np.random.default_rng(seed).permutation(source[inside])
    pool = np.sort(np.concatenate([source[~inside], mixed[:kept]]))
    test = mixed[kept:] if whole else parts.test
    targets = np.stack([~is_rare, is_rare], axis=1).astype(np.float32)
    one = LabelSet(data.name, HeadKind.CLASS, data.embeddings, targets, data.groups)
    return RarePool(one, pool, test, as_points(data.embeddings[pool], seed=seed), whole)


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
    test = rare.never_answered(given)
    said = predict(fit, rare.data.embeddings[test]).mean(axis=0)[:, 1]
    return Found(counts, average_precision(rare.data.targets[test, 1] > 0.5, said) or 0.0)


def run(options: BenchOptions) -> list[BenchRow]:
    seeds = 2 if options.quick else 10
    shares, hunts = (SHARES[1:], HUNTS[:1]) if options.quick else (SHARES, HUNTS)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # so small that several would only wait for each other
    try:
        return [
            row
            for ground in _grounds(options)
            for share in shares
            for row in _rows(ground, share, hunts, seeds, options.seed)
        ]
    finally:
        torch.set_num_threads(threads)


def _grounds(options: BenchOptions) -> list[_Ground]:
    sets = label_sets(None if options.quick else options.data)
    small = [_Ground(f"{each.name}, small pool,", each) for each in sets if len(split(each).pool) >= _FEWEST]
    if options.quick:
        return small
    whole = [_Ground(f"{each.name}, whole,", each, whole=True) for each in sets if len(each.targets) >= _FEWEST]
    return [_Ground("letters", letters()), *whole, *small]


def letters() -> LabelSet:
    drawn = draw_letters(_LETTERS, seed=0)
    embeddings = drawn.embeddings.astype(np.float32)
    return LabelSet("letters", HeadKind.CLASS, embeddings, one_hot(drawn.labels), np.arange(_LETTERS))


def _rows(ground: _Ground, share: float, hunts: tuple[Strategy, ...], seeds: int, first: int) -> list[BenchRow]:
    pools = [rare_pool(ground.data, share, seed, whole=ground.whole) for seed in range(first, first + seeds)]
    found = {
        strategy: [hunt(pool, strategy, seed=first + i, budget=MARKS[-1]) for i, pool in enumerate(pools)]
        for strategy in (*hunts, Strategy.RANDOM)
    }
    return [_row(f"{ground.title} at {share:.0%}: {name}", pools, found, name) for name in hunts]


def _row(title: str, pools: list[RarePool], found: dict[Strategy, list[Found]], name: Strategy) -> BenchRow:
    counts = np.array([each.counts for each in found[name]])  # (seeds, marks)
    plain = np.array([each.counts for each in found[Strategy.RANDOM]])
    chance = np.array([[pool.by_chance(mark) for mark in MARKS] for pool in pools])
    there = np.array([pool.positive.sum() for pool in pools])
    times, half = _mean_and_half(counts[:, -1] / chance[:, -1])
    lead, lead_half = _mean_and_half((counts - plain)[:, -1])
    most = float((np.minimum(there, MARKS[-1]) / chance[:, -1]).mean())
    precision, at_random = (float(np.mean([each.precision for each in found[by]])) for by in (name, Strategy.RANDOM))
    note = (
        f"found of {there.mean():.0f} among {np.mean([len(pool.pool) for pool in pools]):.0f} after "
        f"{'/'.join(map(str, MARKS))}: {_steps(counts)}, by chance {_steps(chance)}, random order of the run "
        f"{_steps(plain)}; {times:.1f} +-{half:.1f} times chance, {most:.1f} at most; "
        f"lead {lead:+.1f} +-{lead_half:.1f}; "
        f"average precision {precision:.2f}, random {at_random:.2f}; {len(pools)} seeds"
    )
    return BenchRow(title, float(counts[:, -1].mean()), "found", float(chance[:, -1].mean()), times, note)


def _mean_and_half(values: NDArray[np.floating]) -> tuple[float, float]:
    """With half of its 95 % interval."""
    return float(values.mean()), float(_T95[len(values)] * values.std(ddof=1) / np.sqrt(len(values)))


def _steps(values: NDArray[np.number]) -> str:  # (seeds, marks)
    return "/".join(f"{value:.1f}" for value in values.mean(axis=0))
