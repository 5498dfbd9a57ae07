"""Figures on learning curves: areas, answers needed, whether one order is ever behind another beyond noise.

Letters: seeds = repetitions, rounds = of a learning curve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from core.benchmarks.learning_curves import SOONER, Curve

SHARES = (0.90, 0.95, 0.98)
_RESAMPLED = 400


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """One strategy on one set."""

    labels: NDArray[np.int64]
    """(rounds,)"""
    quality: NDArray[np.float64]
    """(seeds, rounds)"""
    ranks: NDArray[np.float64]
    """(seeds, rounds)"""
    seconds: float
    """Of one round"""
    sooner: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    """(seeds, SOONER), or (seeds, 0): quality before the first round's end"""

    @classmethod
    def of(cls, curves: Sequence[Curve]) -> Curves:
        quality = np.stack([curve.quality for curve in curves])
        ranks = np.stack([curve.ranks for curve in curves])
        seconds = float(np.median([curve.seconds for curve in curves]))
        return cls(curves[0].labels, quality, ranks, seconds, np.stack([curve.sooner for curve in curves]))

    @property
    def seeds(self) -> int:
        return len(self.quality)

    def first(self, seeds: int) -> Curves:
        return Curves(self.labels, self.quality[:seeds], self.ranks[:seeds], self.seconds, self.sooner[:seeds])

    def by_rounds(self) -> Curves:
        """Judged at the end of each round alone."""
        return Curves(self.labels, self.quality, self.ranks, self.seconds)

    @property
    def area(self) -> float:
        return float(self.quality.mean())

    def answers_to(self, quality: float, seeds: NDArray[np.int64] | None = None) -> float:
        """Answers after which the mean curve reaches `quality`, on a line between rounds; its end if it never does."""
        labels, all_of_it = self.labels, self.quality
        if self.sooner.size:
            labels, all_of_it = np.append(SOONER, labels), np.hstack((self.sooner, all_of_it))
        mean = (all_of_it if seeds is None else all_of_it[seeds]).mean(axis=0)
        reached = np.flatnonzero(mean >= quality)
        if not len(reached):
            return float(labels[-1])
        after = int(reached[0])
        if after == 0:
            return float(labels[0])
        share = (quality - mean[after - 1]) / (mean[after] - mean[after - 1])
        return float(labels[after - 1] + share * (labels[after] - labels[after - 1]))


@dataclass(frozen=True, slots=True)
class Between:
    """A mean and half of its 95 % interval."""

    mean: float
    half: float


def alike(*several: Curves) -> list[Curves]:
    """Judged after as few answers each: by rounds alone where one of them is."""
    return list(several) if all(curves.sooner.size for curves in several) else [each.by_rounds() for each in several]


def lead(ours: Curves, other: Curves, *, of: Literal["quality", "ranks"] = "quality") -> Between:
    """Of the areas, paired by seed."""
    mine, others = (getattr(curves, of) for curves in (ours, other))
    return _paired((mine - others).mean(axis=1))


def _paired(differences: NDArray[np.float64]) -> Between:
    n = len(differences)
    return Between(float(differences.mean()), float(_quantile(n, 1) * differences.std(ddof=1) / np.sqrt(n)))


def _quantile(seeds: int, looks: int) -> float:
    """Student's, for a two-sided interval of 95 % that holds in all of `looks` places at once (Bonferroni)."""
    return float(student.ppf(1.0 - 0.025 / looks, seeds - 1))


@dataclass(frozen=True, slots=True)
class Behind:
    """The worst round of one order against another."""

    surely: float
    """Lower end of the 95 % interval of how far it is behind there; below 0: not behind beyond noise"""
    answers: int
    at_once: float
    """The same where the intervals of all rounds hold at once"""


def most_behind(ours: Curves, other: Curves) -> Behind:
    behind = other.quality - ours.quality  # (seeds, rounds)
    n, rounds = behind.shape
    mean, error = behind.mean(axis=0), behind.std(axis=0, ddof=1) / np.sqrt(n)
    low = mean - _quantile(n, 1) * error
    worst = int(low.argmax())
    at_once = mean - _quantile(n, rounds) * error
    return Behind(float(low[worst]), int(ours.labels[worst]), float(at_once.max()))


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """All strategies on one set of labels."""

    name: str
    curves: dict[str, Curves]
    full: float
    """Accuracy of the same head with every answer of the pool"""

    def by_rounds(self) -> Compared:
        return Compared(self.name, {name: curves.by_rounds() for name, curves in self.curves.items()}, self.full)


def mean_ratio(
    sets: Sequence[Compared], ours: str, other: str, share: float, *, seeds: int | None = None
) -> tuple[float, float, float]:
    """Answers that `ours` needs to a share of full accuracy in units of those of `other`: geometric mean over the sets,
    and the ends of its 95 % interval when seeds are drawn anew. Of the first `seeds`, or of all that both have."""
    seeds = seeds or min(len(sets[0].curves[name].quality) for name in (ours, other))
    rng = np.random.default_rng(0)
    drawn = [
        _log_ratio(sets, ours, other, share, rng.integers(0, seeds, (len(sets), seeds))) for _ in range(_RESAMPLED)
    ]
    low, high = np.quantile(drawn, (0.025, 0.975))
    same = np.tile(np.arange(seeds), (len(sets), 1))
    return float(np.exp(_log_ratio(sets, ours, other, share, same))), float(np.exp(low)), float(np.exp(high))


def best_of(sets: Sequence[Compared], names: Sequence[str], other: str, share: float) -> tuple[str, float]:
    """Which of `names` needs the fewest answers to a share, in units of those of `other`, and how many."""
    needed = {name: mean_ratio(sets, name, other, share)[0] for name in names}
    best = min(needed, key=needed.__getitem__)
    return best, needed[best]


def unsettled(sets: Sequence[Compared], names: Sequence[str], other: str, seeds: int) -> str | None:
    """One of `names` that is the best for one of SHARES by fewer than `seeds`: which may be luck. None: none is."""
    bests = (best_of(sets, names, other, share)[0] for share in SHARES) if names else ()
    return next((name for name in bests if sets[0].curves[name].seeds < seeds), None)


def _log_ratio(sets: Sequence[Compared], ours: str, other: str, share: float, seeds: NDArray[np.int64]) -> float:
    """`seeds` (sets, seeds): which of them count, and how often."""
    logs = []
    for data, drawn in zip(sets, seeds, strict=True):
        wanted = share * data.full
        needed = [curves.answers_to(wanted, drawn) for curves in alike(data.curves[ours], data.curves[other])]
        logs.append(np.log(needed[0] / needed[1]))
    return float(np.mean(logs))
