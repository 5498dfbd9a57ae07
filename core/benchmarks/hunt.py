"""How fast a rare label is found: hunts against random order on pools in which one label is thinned to 1 or 5 %.

One against the rest, from no answer at all, and the hunt from one example too (a positive that was thinned away, which
counts as an answer and not as found): rounds of ten, the program's own queue with its random share, the live head.
The rare label is another one for each seed. Random order runs in the same rounds; leads are paired by seed.
What counts is how often a hunt found what a random draw finds on average, which is known exactly.
Pools of which 200 answers are a small part come first; those named small leave little room for any order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from core.benchmarks import BenchOptions, BenchRow
from core.benchmarks.bench_head import BenchHead
from core.benchmarks.label_sets import LabelSet, label_sets, one_hot, split
from core.benchmarks.learning_curves import BATCH
from core.benchmarks.letters import draw_letters
from core.query.clustering import Points, unit_rows
from core.query.queues import build_queue
from core.query.situation import Situation, as_points
from core.review.average_precision import average_precision
from core.values import BY_EXAMPLE, HeadKind, Strategy

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
    """Of a whole set: the positives that were thinned away, but for the example"""
    example: int
    """One of those that were thinned away"""
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
    kept = min(kept, len(mixed) - 1)  # one is the example
    pool = np.sort(np.concatenate([source[~inside], mixed[:kept]]))
    test = mixed[kept + 1 :] if whole else parts.test
    targets = np.stack([~is_rare, is_rare], axis=1).astype(np.float32)
    one = LabelSet(data.name, HeadKind.CLASS, data.embeddings, targets, data.groups)
    return RarePool(one, pool, test, int(mixed[kept]), as_points(data.embeddings[pool], seed=seed), whole)


def hunt(rare: RarePool, strategy: Strategy, *, seed: int, budget: int) -> Found:
    points = unit_rows(rare.data.embeddings[rare.pool]) if strategy is Strategy.HUNT else rare.points
    return _hunt(rare, strategy, rare.pool, [], points, seed, budget)


def hunt_from_example(rare: RarePool, *, seed: int, budget: int) -> Found:
    """The example is one more image of the pool, with its answer; found are those after it."""
    rows = np.append(rare.pool, rare.example)
    points = unit_rows(rare.data.embeddings[rows])
    return _hunt(rare, Strategy.HUNT, rows, [len(rare.pool)], points, seed, budget)


def _hunt(
    rare: RarePool,
    strategy: Strategy,
    rows: NDArray[np.int64],
    known: list[int],
    points: Points,
    seed: int,
    budget: int,
) -> Found:
    """`rows` of the set, of which the `known` places have an answer from the start."""
    positive = rare.data.targets[rows, 1] > 0.5
    embeddings = rare.data.embeddings[rows]
    given = list(known)
    head = BenchHead(rare.data, rows, seed=seed)
    learned = head.learn(rows[given]) if given else None
    while len(given) < min(budget + len(known), len(rows)):
        annotated = np.isin(np.arange(len(rows)), given)
        situation = Situation(
            HeadKind.CLASS, annotated, points, None, positive=positive & annotated, target=1, seed=seed
        )
        if known and situation.found < len(known) + BY_EXAMPLE:
            situation = replace(situation, probabilities=_likeness(embeddings, known[0]), by_example=True)
        elif learned is not None:
            situation = replace(situation, members=head.votes(learned, rows))
        given.extend(int(row) for row in build_queue(strategy, situation)[:BATCH])
        learned = head.learn(rows[given], before=learned)
    assert learned is not None
    asked = given[len(known) :]
    test = rare.never_answered(asked)
    return _found(positive[asked], rare.data.targets[test, 1] > 0.5, head.votes(learned, test))


def _likeness(embeddings: NDArray[np.float32], example: int) -> NDArray[np.float32]:  # (n, dim) -> (n, 2)
    """Of the rest nothing is said, as in the program."""
    units = unit_rows(embeddings)
    return np.stack([np.full(len(units), np.nan, np.float32), units @ units[example]], axis=1)


def _found(asked: NDArray[np.bool_], wanted: NDArray[np.bool_], said: NDArray[np.float32]) -> Found:
    """Whether each image asked is rare, and each of the test (k,), of which `said` (members, k, 2) is said."""
    counts = np.array([asked[:mark].sum() for mark in MARKS])
    return Found(counts, average_precision(wanted, said.mean(axis=0)[:, 1]) or 0.0)


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
    example = [hunt_from_example(pool, seed=first + i, budget=MARKS[-1]) for i, pool in enumerate(pools)]
    of_each = [("hunt from one example", example), *((str(name), found[name]) for name in hunts)]
    title = f"{ground.title} at {share:.0%}"
    return [_row(f"{title}: {name}", pools, each, found[Strategy.RANDOM]) for name, each in of_each]


def _row(title: str, pools: list[RarePool], found: list[Found], by_chance: list[Found]) -> BenchRow:
    counts = np.array([each.counts for each in found])  # (seeds, marks)
    plain = np.array([each.counts for each in by_chance])
    chance = np.array([[pool.by_chance(mark) for mark in MARKS] for pool in pools])
    there = np.array([pool.positive.sum() for pool in pools])
    times, half = _mean_and_half(counts[:, -1] / chance[:, -1])
    lead, lead_half = _mean_and_half((counts - plain)[:, -1])
    most = float((np.minimum(there, MARKS[-1]) / chance[:, -1]).mean())
    precision, at_random = (float(np.mean([each.precision for each in by])) for by in (found, by_chance))
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
