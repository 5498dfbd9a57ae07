"""A simulated person answers what a strategy asks, round after round; the head is judged on images never asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from core.benchmarks.bench_head import BenchHead, Learned
from core.benchmarks.label_sets import LabelSet, Split
from core.query.audit_draw import AUDIT_SHARE, mix_in_audit
from core.query.clustering import principal_components
from core.query.family import FAMILY
from core.query.random_share import random_keys, random_slots
from core.query.situation import Situation
from core.query.strategy import Need
from core.values import BRACKETS, HeadKind, Strategy

BATCH = 10
SOONER = (2, 4, 6, 8)
"""Answers of the first round after which is judged as well: on easy sets few are enough."""


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """What a strategy may look at, and more that libraries ask for. Arrays are of the pool."""

    situation: Situation
    embeddings: NDArray[np.float32]
    """(images, dim)"""
    answers: NDArray[np.float32]
    """(images, outputs) targets, NaN where nothing was answered"""
    says: Callable[[NDArray[np.float32]], NDArray[np.float32]] | None
    """The live head on these answers: embeddings (k, dim) -> votes (members, k, outputs); None before the first"""


Ask = Callable[[Round], NDArray[np.int64]]
"""Positions of the pool in the order in which they are to be asked; at least BATCH of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    labels: NDArray[np.int64]
    """(rounds,) number of answers"""
    quality: NDArray[np.float64]
    """(rounds,) test accuracy; for scores the mean absolute error in brackets, negated, so that more is better"""
    ranks: NDArray[np.float64]
    """(rounds,) rank correlation of scores (Spearman); NaN for labels"""
    seconds: float
    """Of one round: looking at the pool, choosing what to ask, learning what was answered"""
    sooner: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    """(SOONER,) quality before the first round's end; empty where nobody looked"""

    @property
    def area(self) -> float:
        """Mean quality over the curve (AULC)."""
        return float(self.quality.mean())


def learning_curve(data: LabelSet, parts: Split, ask: Ask, *, seed: int, budget: int) -> Curve:
    """Ask BATCH images a round until `budget` answers, refit the live head after each round."""
    pool = data.embeddings[parts.pool]
    points = principal_components(pool, seed=seed).apply(pool)
    answers = np.full((len(pool), data.targets.shape[1]), np.nan, dtype=np.float32)
    given: list[int] = []
    head = BenchHead(data, parts.pool, seed=seed)
    learned: Learned | None = None
    labels, quality, ranks, seconds = [], [], [], 0.0
    sooner: list[float] = []
    while len(given) < min(budget, len(pool)):
        start, first = time.perf_counter(), not given
        annotated = ~np.isnan(answers[:, 0])
        members = None if learned is None else head.votes(learned, parts.pool)
        says = None if learned is None else partial(head.votes_of, learned)
        situation = Situation(data.kind, annotated, points, members, seed=seed)
        asked = ask(Round(situation, pool, answers, says))[:BATCH]
        given.extend(int(row) for row in asked)
        answers[asked] = data.targets[parts.pool[asked]]
        learned = head.learn(parts.pool[given], before=learned)
        seconds += time.perf_counter() - start
        if first:
            sooner = [judge(data, head, head.learn(parts.pool[given[:count]]), parts.test) for count in SOONER]
        labels.append(len(given))
        said = head.votes(learned, parts.test).mean(axis=0)
        quality.append(quality_of(data, said, parts.test))
        ranks.append(_rank_correlation(data, said, parts.test))
    return Curve(np.array(labels), np.array(quality), np.array(ranks), seconds / len(labels), np.array(sooner))


def judge(data: LabelSet, head: BenchHead, learned: Learned, rows: NDArray[np.int64]) -> float:
    return quality_of(data, head.votes(learned, rows).mean(axis=0), rows)


def quality_of(data: LabelSet, said: NDArray[np.float32], rows: NDArray[np.int64]) -> float:
    """Of what is said (images, outputs) of these images."""
    wanted = data.targets[rows]
    match data.kind:
        case HeadKind.CLASS:
            return float((said.argmax(1) == wanted.argmax(1)).mean())
        case HeadKind.TAGS:
            return float(((said > 0.5) == (wanted > 0.5)).mean())
        case HeadKind.SCORE:
            return -float(np.abs(said - wanted).mean()) * BRACKETS


def _rank_correlation(data: LabelSet, said: NDArray[np.float32], rows: NDArray[np.int64]) -> float:
    if data.kind is not HeadKind.SCORE:
        return float("nan")
    return float(np.nan_to_num(np.corrcoef(rankdata(said[:, 0]), rankdata(data.targets[rows, 0]))[0, 1]))


def asking(name: Strategy) -> Ask:
    """The strategy of the program of that name; by chance as long as it has no predictions to go by."""
    strategy = FAMILY[name]

    def ask(now: Round) -> NDArray[np.int64]:
        blind = now.situation.members is None and Need.EMBEDDINGS not in strategy.needs
        return ask_randomly(now) if blind else strategy.order(now.situation)

    return ask


def ask_randomly(now: Round) -> NDArray[np.int64]:
    rows = now.situation.open_rows
    return rows[np.argsort(random_keys(now.situation.size, now.situation.seed)[rows])]


def ask_by_default(now: Round) -> NDArray[np.int64]:
    """The program's default queue, with its audit set: here any images that chance picks."""
    queue = FAMILY[Strategy.DISAGREEMENT].order(now.situation)
    by_chance = ask_randomly(now)
    places = random_slots(int(now.situation.annotated.sum()), len(by_chance), AUDIT_SHARE)
    drawn = by_chance[: int(places.sum())]
    return mix_in_audit(queue[~np.isin(queue, drawn)], drawn, places)
