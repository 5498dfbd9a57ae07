"""A simulated person answers what a strategy asks, round after round; the head is judged on images never asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from core.benchmarks.label_sets import LabelSet, Split
from core.heads.live_fit import LiveFit, refit
from core.heads.similarity import unit_rows
from core.query.audit_draw import AUDIT_SHARE, mix_in_audit
from core.query.clustering import Points, principal_components
from core.query.coverage import disagreement_order, power_of
from core.query.random_share import random_keys, random_slots
from core.query.utilities import margin, utility
from core.values import BRACKETS, Annotated, HeadKind

BATCH = 10


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """What a strategy may look at. Arrays are of the pool."""

    kind: HeadKind
    points: Points
    """(images, d) principal components"""
    members: NDArray[np.float32] | None
    """(members, images, outputs); None before the first answer"""
    annotated: NDArray[np.bool_]
    seed: int
    embeddings: NDArray[np.float32]
    """(images, dim)"""
    answers: NDArray[np.float32]
    """(images, outputs) targets, NaN where nothing was answered"""
    fit: LiveFit | None
    """The live head on these answers; None before the first"""


Ask = Callable[[Situation], NDArray[np.int64]]
"""Positions of the pool in the order in which they are to be asked; at least BATCH of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    labels: NDArray[np.int64]
    """(rounds,) number of answers"""
    quality: NDArray[np.float64]
    """(rounds,) test accuracy; for scores the mean absolute error in brackets, negated, so that more is better"""
    seconds: float
    """Of one round: looking at the pool, choosing what to ask, learning what was answered"""

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
    fit: LiveFit | None = None
    labels, quality, seconds = [], [], 0.0
    while len(given) < min(budget, len(pool)):
        start = time.perf_counter()
        members = None if fit is None else predict(fit, pool)
        annotated = ~np.isnan(answers[:, 0])
        asked = ask(Situation(data.kind, points, members, annotated, seed, pool, answers, fit))[:BATCH]
        given.extend(int(row) for row in asked)
        answers[asked] = data.targets[parts.pool[asked]]
        fit = fit_rows(data, parts.pool[given], before=fit, seed=seed)
        seconds += time.perf_counter() - start
        labels.append(len(given))
        quality.append(judge(data, fit, parts.test))
    return Curve(np.array(labels), np.array(quality), seconds / len(labels))


def fit_rows(data: LabelSet, rows: NDArray[np.int64], *, before: LiveFit | None = None, seed: int = 0) -> LiveFit:
    """The live head on these images of a set."""
    n = len(rows)
    annotated = Annotated(
        np.zeros((n, 32), dtype=np.uint8), data.targets[rows], np.ones(n, dtype=np.float32), data.groups[rows]
    )
    keys = rows.astype(np.uint64)
    return refit(unit_rows(data.embeddings[rows]), annotated, keys, data.kind, np.arange(n), before=before, seed=seed)


def predict(fit: LiveFit, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    with torch.inference_mode():
        return fit.committee.predict(embeddings)


def judge(data: LabelSet, fit: LiveFit, rows: NDArray[np.int64]) -> float:
    said = predict(fit, data.embeddings[rows]).mean(axis=0)  # (images, outputs)
    wanted = data.targets[rows]
    match data.kind:
        case HeadKind.CLASS:
            return float((said.argmax(1) == wanted.argmax(1)).mean())
        case HeadKind.TAGS:
            return float(((said > 0.5) == (wanted > 0.5)).mean())
        case HeadKind.SCORE:
            return -float(np.abs(said - wanted).mean()) * BRACKETS


def ask_randomly(situation: Situation) -> NDArray[np.int64]:
    rows = np.flatnonzero(~situation.annotated)
    return rows[np.argsort(random_keys(len(situation.annotated), situation.seed)[rows])]


def ask_by_margin(situation: Situation) -> NDArray[np.int64]:
    """The smallest margin of the committee's mean first; random in the first round. For scores: the largest spread."""
    if situation.members is None:
        return ask_randomly(situation)
    rows = np.flatnonzero(~situation.annotated)
    return rows[np.argsort(-margin(situation.members, situation.kind)[rows], kind="stable")]


def ask_by_disagreement(situation: Situation) -> NDArray[np.int64]:
    """The program's default queue, with its audit set: here any images that chance picks."""
    n = len(situation.annotated)
    doubt = np.ones(n, dtype=np.float32) if situation.members is None else utility(situation.members, situation.kind)
    nothing = np.zeros(n, dtype=np.bool_)
    power = power_of(situation.kind)
    queue = disagreement_order(situation.points, doubt, situation.annotated, nothing, power=power, seed=situation.seed)
    by_chance = ask_randomly(situation)
    rest = by_chance[~np.isin(by_chance, queue)]
    places = random_slots(int(situation.annotated.sum()), len(by_chance), AUDIT_SHARE)
    drawn = by_chance[: int(places.sum())]
    queue = np.concatenate([queue, rest])
    return mix_in_audit(queue[~np.isin(queue, drawn)], drawn, places)


def ask_for_coverage(situation: Situation) -> NDArray[np.int64]:
    """Cold start throughout: disagreement with every utility equal."""
    n = len(situation.annotated)
    equal, nothing = np.ones(n, dtype=np.float32), np.zeros(n, dtype=np.bool_)
    return disagreement_order(situation.points, equal, situation.annotated, nothing, seed=situation.seed)
