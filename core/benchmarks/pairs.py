"""Pairs beside brackets: how well a score head knows its pool from brackets, from pairs, and from both.

A made-up person scores images to half a bracket and judges pairs, with the same noise on every opinion. All rows of a
set share images, test and seeds; the baseline has as many brackets as the others have acts. Intervals are 1.96
standard errors of the paired differences over seeds.

Letters: n = images, b = brackets, p = pairs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from core.benchmarks import BenchOptions, BenchRow
from core.benchmarks.label_sets import LabelSet, score_sets, split
from core.heads.evaluate import rank_correlation
from core.heads.live_fit import LiveFit, refit
from core.heads.pair_rows import PairRows, with_pairs
from core.heads.similarity import unit_rows
from core.pairs import PairSet
from core.query.pairs import CANDIDATES, PairPool, choose_pairs
from core.values import BRACKETS, Annotated, HeadKind
from core.workers import Workers

_NOISE = 0.1
"""Of a person's opinion of one image, a bracket."""
_ROUND = 10
_ACTS, _SEEDS = 100, 8
_TEST = 400


@dataclass(frozen=True, slots=True)
class _Way:
    """How so many acts are spent."""

    name: str
    brackets: float
    """The share of acts that are brackets; the others are pairs"""
    beside: str = ""
    """Of chosen pairs: the way with pairs by chance that they are held against"""


_WAYS = (
    _Way("half brackets, no more", 0.5),
    _Way("half brackets, half pairs by chance", 0.5),
    _Way("half brackets, half chosen pairs", 0.5, beside="half brackets, half pairs by chance"),
    _Way("pairs by chance alone", 0.0),
    _Way("chosen pairs alone", 0.0, beside="pairs by chance alone"),
)


@dataclass(slots=True, eq=False)
class _Person:
    """What was said so far, by rows of the set."""

    data: LabelSet
    rng: np.random.Generator
    workers: Workers
    brackets: dict[int, float] = field(default_factory=dict)
    pairs: list[tuple[int, int, float]] = field(default_factory=list)

    def score(self, row: int) -> None:
        said = self._opinion(row)
        self.brackets[row] = float(np.clip(round(said * 2 * BRACKETS) / (2 * BRACKETS), 0.0, 1.0))

    def compare(self, left: int, right: int) -> None:
        self.pairs.append((left, right, float(self._opinion(left) > self._opinion(right))))

    def _opinion(self, row: int) -> float:
        return float(self.data.targets[row, 0] + self.rng.normal(0.0, _NOISE))

    def learn(self) -> LiveFit:
        n = len(self.data.targets)
        names = np.zeros((n, 32), np.uint8)
        names[:, :8] = np.arange(1, n + 1, dtype=np.uint64)[:, None].view(np.uint8)
        rows = np.array(list(self.brackets), np.int64)
        given = np.array(list(self.brackets.values()), np.float32)
        annotated = Annotated(names[rows], given[:, None], np.ones(len(rows), np.float32), rows)
        pairs: PairRows | None = None
        together = annotated
        if self.pairs:
            left, right, share = (np.array(column) for column in zip(*self.pairs, strict=True))
            said = PairSet(names[left], names[right], share.astype(np.float32), left, right)
            together, pairs = with_pairs(annotated, said)
        vectors = unit_rows(self.data.embeddings[together.groups])
        return self.workers.run(
            refit,
            vectors,
            together,
            together.groups.astype(np.uint64),
            HeadKind.SCORE,
            np.arange(len(together)),
            before=None,
            seed=0,
            each=self.workers.each,
            pairs=pairs,
        )


def run(options: BenchOptions) -> list[BenchRow]:
    sets = score_sets(options.data)
    acts, seeds = (20, 2) if options.quick else (_ACTS, _SEEDS)
    workers = Workers()
    try:
        return [
            row
            for data in (sets[:1] if options.quick else sets)
            for row in _rows(data, acts, [options.seed + number for number in range(seeds)], workers)
        ]
    finally:
        workers.close()


def _rows(data: LabelSet, acts: int, seeds: list[int], workers: Workers) -> list[BenchRow]:
    base = np.array([_figures(data, acts, seed, None, workers) for seed in seeds])  # (seeds, 2)
    found: dict[str, NDArray[np.float64]] = {}
    rows = []
    for way in _WAYS:
        spent = acts if "no more" not in way.name else acts // 2
        found[way.name] = own = np.array([_figures(data, spent, seed, way, workers) for seed in seeds])
        for place, (what, unit) in enumerate((("error", "brackets"), ("rank correlation", "share"))):
            value, baseline = float(own[:, place].mean()), float(base[:, place].mean())
            note = f"{_apart(own[:, place], base[:, place])} against {acts} brackets; "
            if way.beside:
                note += f"{_apart(own[:, place], found[way.beside][:, place])} against pairs by chance; "
            note += f"{len(seeds)} seeds, {len(data.targets)} images"
            rows.append(BenchRow(f"{data.name}: {what}, {way.name}", value, unit, baseline, value / baseline, note))
    return rows


def _apart(own: NDArray[np.float64], other: NDArray[np.float64]) -> str:
    """The paired difference over seeds, with its interval."""
    apart = own - other
    return f"{apart.mean():+.3f} ± {1.96 * apart.std(ddof=1) / np.sqrt(len(apart)):.3f}"


def _figures(data: LabelSet, acts: int, seed: int, way: _Way | None, workers: Workers) -> tuple[float, float]:
    """Mean error in brackets and rank correlation on the test. Without a way every act is a bracket."""
    parts, rng = split(data), np.random.default_rng(seed)
    pool = rng.permutation(parts.pool)
    person = _Person(data, rng, workers)
    brackets = acts if way is None or "no more" in way.name else int(acts * way.brackets)
    for row in pool[:brackets].tolist():
        person.score(row)
    left = acts - brackets
    while left > 0:
        asked = _ask(person, pool, min(_ROUND, left), seed * 1000 + left, chosen=way is not None and bool(way.beside))
        for one, other in asked.tolist():
            person.compare(one, other)
        left -= len(asked)
    test = parts.test[:_TEST]
    said = workers.run(_said, person.learn(), data, test).mean(axis=0)
    truth = data.targets[test, 0]
    return float(np.abs(said - truth).mean() * BRACKETS), rank_correlation(said, truth) or 0.0


def _ask(person: _Person, pool: NDArray[np.int64], count: int, seed: int, *, chosen: bool) -> NDArray[np.int64]:
    """Pairs (count, 2) of the pool."""
    rng = np.random.default_rng(seed)
    if not chosen:
        return np.stack([rng.choice(pool, 2, replace=False) for _ in range(count)])
    scores = np.full(len(pool), np.nan, np.float32)
    if person.brackets or person.pairs:
        scores = person.workers.run(_said, person.learn(), person.data, pool).mean(axis=0)
    place = {int(row): position for position, row in enumerate(pool)}
    judged = np.array([(place[left], place[right]) for left, right, _ in person.pairs], np.int64).reshape(-1, 2)
    asked = np.zeros(len(pool), np.bool_)
    asked[rng.choice(len(pool), min(CANDIDATES, len(pool)), replace=False)] = True
    scored = np.isin(pool, list(person.brackets))
    nothing = np.empty((0, 2), np.int64)
    known = PairPool(person.data.embeddings[pool], scores, asked, scored, judged, nothing)
    return pool[choose_pairs(known, count, seed=seed).rows]


def _said(fit: LiveFit, data: LabelSet, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """(members, rows)"""
    with torch.inference_mode():
        return fit.committee.predict(data.embeddings[rows])[:, :, 0]
