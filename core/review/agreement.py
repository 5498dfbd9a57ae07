"""How well a person agrees with the answers of earlier, by images that were answered twice, the second time blind.

No head can be more right than its answers are sure: this is the ceiling of every figure that is measured on them.
Letters: n = images that were answered twice, outputs = labels, or 1 for a score; bins = labels, tags, or brackets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from core.review.intervals import Figure, difference, mean_interval, wilson, wilson_of_groups
from core.review.spread import rows_by_bin
from core.values import BRACKETS, HeadKind

HALF = 0.5 / BRACKETS
"""Scores that differ by no more than half a bracket agree."""
BLOCK = 20
"""Images of one point of the drift."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Row i of every array speaks of one image that was answered twice; the oldest first."""

    kind: HeadKind
    first: NDArray[np.float32]
    """(n, outputs) as in core.values.Annotated"""
    second: NDArray[np.float32]
    """(n, outputs)"""
    ids: NDArray[np.int64]
    """(n,)"""
    days: NDArray[np.int64]
    """(n,) of the second answer, as date.toordinal"""

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """Of some of the pairs."""

    rows: NDArray[np.int64]
    share: Figure | None
    """That were answered alike (of tags: the tags that were); None where nothing was answered twice"""
    n: int
    """Answers that the share is of: images, or of a tags head tags of images"""
    apart: Figure | None = None
    """Mean distance of two scores, in brackets; of a score head"""


@dataclass(frozen=True, slots=True, eq=False)
class SelfCheck:
    whole: Agreement
    kappa: float | None
    """Agreement beyond chance: Cohen's, of scores with squared weights; None where chance alone would do"""
    by_bin: tuple[Agreement, ...]
    """(bins,) of what was answered so the first time"""
    blocks: tuple[Agreement, ...]
    """The pairs in order of time, at least BLOCK of them each"""
    drift: Figure | None
    """How much more the newer half agrees than the older half; None below 2 * BLOCK"""


def check_self(pairs: Pairs) -> SelfCheck:
    every = np.arange(len(pairs))
    count = max(1, len(pairs) // BLOCK)
    blocks = tuple(agreement(pairs, rows) for rows in np.array_split(every, count)) if len(pairs) else ()
    return SelfCheck(
        whole=agreement(pairs, every),
        kappa=kappa(pairs),
        by_bin=tuple(_of_bin(pairs, rows, at) for at, rows in enumerate(rows_by_bin(pairs.kind, pairs.first))),
        blocks=blocks,
        drift=_drift(pairs),
    )


def agreement(pairs: Pairs, rows: NDArray[np.int64], output: int | None = None) -> Agreement:
    """Of those rows; of a tags head by all tags, or by one of them."""
    same, known = alike(pairs)
    if output is not None and pairs.kind is HeadKind.TAGS:
        same, known = same[:, [output]], known[:, [output]]
    right, of = (side[rows].sum(axis=1).astype(np.float64) for side in (same & known, known))
    total = int(of.sum())
    if not total:
        return Agreement(rows, None, 0)
    low, high = wilson_of_groups(right, of) if known.shape[1] > 1 else wilson(right.sum(), total)
    share = Figure(float(right.sum()) / total, low, high)
    return Agreement(rows, share, total, _distance(pairs, rows) if pairs.kind is HeadKind.SCORE else None)


def alike(pairs: Pairs) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where the two answers agree, and where both say something: (n, 1), of a tags head (n, outputs)."""
    first, second = pairs.first, pairs.second
    known = ~np.isnan(first) & ~np.isnan(second)
    match pairs.kind:
        case HeadKind.TAGS:
            return np.asarray(first == second), known
        case HeadKind.CLASS:
            same = np.asarray((first == second).all(axis=1, keepdims=True))
            return same, np.asarray(known.all(axis=1, keepdims=True))
        case HeadKind.SCORE:
            return np.asarray(np.abs(first - second) <= HALF + 1e-6), known
        case _:
            assert_never(pairs.kind)


def kappa(pairs: Pairs) -> float | None:
    """Cohen, "A coefficient of agreement for nominal scales" (1960), and his "Weighted kappa" (1968) for scores."""
    match pairs.kind:
        case HeadKind.CLASS:
            table = _table(pairs.first.argmax(axis=1), pairs.second.argmax(axis=1), pairs.first.shape[1])
            return _kappa(table, 1.0 - np.eye(len(table)))
        case HeadKind.SCORE:
            steps = 2 * BRACKETS
            first, second = (np.round(side[:, 0] * steps).astype(np.int64) for side in (pairs.first, pairs.second))
            places = np.arange(steps + 1)
            return _kappa(_table(first, second, steps + 1), (places[:, None] - places).astype(np.float64) ** 2)
        case HeadKind.TAGS:
            known = alike(pairs)[1]
            return _kappa(_table(pairs.first[known] == 1, pairs.second[known] == 1, 2), 1.0 - np.eye(2))
        case _:
            assert_never(pairs.kind)


def _table(
    first: NDArray[np.integer] | NDArray[np.bool_], second: NDArray[np.integer] | NDArray[np.bool_], size: int
) -> NDArray[np.float64]:  # (size, size)
    codes = first.astype(np.int64) * size + second.astype(np.int64)
    return np.bincount(codes, minlength=size * size).reshape(size, size).astype(np.float64)


def _kappa(table: NDArray[np.float64], weights: NDArray[np.float64]) -> float | None:
    """`weights` (size, size): how bad each disagreement is."""
    total = table.sum()
    if not total:
        return None
    by_chance = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
    expected = float((weights * by_chance).sum())
    return None if expected == 0 else 1.0 - float((weights * table).sum()) / expected


def _of_bin(pairs: Pairs, rows: NDArray[np.int64], place: int) -> Agreement:
    return agreement(pairs, rows, place if pairs.kind is HeadKind.TAGS else None)


def _distance(pairs: Pairs, rows: NDArray[np.int64]) -> Figure:
    apart = np.abs(pairs.first[rows, 0] - pairs.second[rows, 0]).astype(np.float64) * BRACKETS
    low, high = mean_interval(apart)
    return Figure(float(apart.mean()), low, min(high, float(BRACKETS)) if math.isfinite(high) else float(BRACKETS))


def _drift(pairs: Pairs) -> Figure | None:
    if len(pairs) < 2 * BLOCK:
        return None
    older, newer = (agreement(pairs, rows) for rows in np.array_split(np.arange(len(pairs)), 2))
    return difference(newer.share, older.share) if older.share is not None and newer.share is not None else None
