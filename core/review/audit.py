"""What answers to randomly drawn images say of a head on its whole pool, with 95 % intervals.

An image that was skipped counts in the intervals as the worst and as the best that it could be, so that passing over
hard ones makes a figure wider and never better.
Letters: n = answered images, m = skipped ones, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from core.review.evidence import EVEN, decide, likeliest
from core.review.intervals import wilson
from core.values import BRACKETS, HeadKind


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Answers beside what a head says that saw neither the image nor one of its group."""

    kind: HeadKind
    targets: NDArray[np.float32]
    """(n, outputs) as in Annotated"""
    said: NDArray[np.float32]
    """(n, outputs) as in Predictions"""
    skipped: NDArray[np.float32]
    """(m, outputs) what is said of those that were skipped"""

    def at_worst(self) -> Sheet:
        """Every skipped image answered against the head."""
        return self._answered(_against(self.skipped, self.kind))

    def at_best(self) -> Sheet:
        """Every skipped image answered as the head says."""
        return self._answered(self.skipped if self.kind is HeadKind.SCORE else decide(self.skipped, self.kind))

    def _answered(self, answers: NDArray[np.floating]) -> Sheet:
        targets = np.concatenate([self.targets, answers.astype(np.float32)])
        return Sheet(self.kind, targets, np.concatenate([self.said, self.skipped]), self.skipped[:0])


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of the pool, its 95 % interval, and the number of images that it is a share of."""

    value: float | None
    """None where there is no such image."""
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What keeping all that the head rates at or above a threshold would do."""

    precision: Estimate
    """Of those kept, the share that is right"""
    recall: Estimate
    """Of those wanted, the share that is kept"""
    f1: Estimate
    kept: Estimate


def at_threshold(sheet: Sheet, threshold: float, output: int | None = None) -> AtThreshold:
    """`threshold`: a probability; of a score head a score from 0 to 10. `output` is the label wanted.

    None of a class head: every image is wanted, under its likeliest label.
    """
    kept, wanted, right = _sides(sheet, threshold, output)
    known = len(kept)
    passed = np.concatenate([_rated(sheet.skipped, sheet.kind, output), _left_open(sheet, output)]) >= threshold
    more = int(passed.sum())
    every = output is None and sheet.kind is HeadKind.CLASS
    counts = _Counts(int(kept.sum()), int(wanted.sum()), int(right.sum()), known)
    skipped = len(passed)
    worst = counts.plus(more, skipped if every else skipped - more, 0, skipped)
    best = counts.plus(more, skipped if every else more, more, skipped)
    return AtThreshold(
        precision=_estimate(counts.precision, worst.precision, best.precision),
        recall=_estimate(counts.recall, worst.recall, best.recall),
        f1=_harmonic(_estimate(counts.overlap, worst.overlap, best.overlap)),
        kept=_estimate((counts.kept, known), (worst.kept, worst.images), (best.kept, best.images)),
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    kept: int
    wanted: int
    right: int
    """Kept and wanted"""
    images: int

    def plus(self, kept: int, wanted: int, right: int, images: int) -> _Counts:
        return _Counts(self.kept + kept, self.wanted + wanted, self.right + right, self.images + images)

    @property
    def precision(self) -> tuple[int, int]:
        return self.right, self.kept

    @property
    def recall(self) -> tuple[int, int]:
        return self.right, self.wanted

    @property
    def overlap(self) -> tuple[int, int]:
        """Of all that is kept or wanted what is both: grows with F1 and, unlike it, is a share."""
        return self.right, self.kept + self.wanted - self.right


def _sides(
    sheet: Sheet, threshold: float, output: int | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Kept, wanted, kept and right; each (k,), of the images of which both sides are known."""
    rated, kind = _rated(sheet.said, sheet.kind, output), sheet.kind
    given = sheet.targets if output is None else sheet.targets[:, [output]]  # (n, outputs or 1)
    known = ~np.isnan(given).any(axis=1) & ~np.isnan(rated)
    kept = rated[known] >= threshold
    match kind:
        case HeadKind.SCORE:
            wanted = np.round(given[known, 0] * 2.0 * BRACKETS) / 2 >= threshold
        case HeadKind.CLASS if output is None:
            wanted = np.ones(len(kept), dtype=np.bool_)
            return kept, wanted, kept & (likeliest(sheet.said) == given.argmax(axis=1))[known]
        case HeadKind.CLASS | HeadKind.TAGS:
            wanted = given[known, 0] > EVEN
        case _:
            assert_never(kind)
    return kept, wanted, kept & wanted


def _left_open(sheet: Sheet, output: int | None) -> NDArray[np.float64]:
    """(k,) what the threshold goes by, of images whose other tags were answered: for this one they were skipped."""
    if output is None:
        return np.empty(0)
    rated = _rated(sheet.said, sheet.kind, output)
    return np.asarray(rated[np.isnan(sheet.targets[:, output]) & ~np.isnan(rated)])


def _rated(said: NDArray[np.floating], kind: HeadKind, output: int | None) -> NDArray[np.float64]:
    """(images,) what the threshold goes by."""
    values = said.astype(np.float64)
    if kind is HeadKind.SCORE:
        return values[:, 0] * BRACKETS
    return np.fmax.reduce(values, axis=1, initial=0.0) if output is None else values[:, output]


def _estimate(share: tuple[int, int], worst: tuple[int, int], best: tuple[int, int]) -> Estimate:
    (k, n), low, high = share, wilson(*worst)[0], wilson(*best)[1]
    return Estimate(k / n if n else None, low, high, n)


def _harmonic(overlap: Estimate) -> Estimate:
    """F1 from the overlap: van Rijsbergen, "Information retrieval" (1979)."""
    value, low, high = overlap.value, overlap.low, overlap.high
    return Estimate(None if value is None else _f1(value), _f1(low), _f1(high), overlap.n)


def _f1(overlap: float) -> float:
    return 2 * overlap / (1 + overlap)


def _against(said: NDArray[np.floating], kind: HeadKind) -> NDArray[np.float32]:
    """The answer that makes the head most wrong. (m, outputs)"""
    values = said.astype(np.float32)
    match kind:
        case HeadKind.SCORE:
            return np.where(values < EVEN, 1.0, 0.0).astype(np.float32)
        case HeadKind.CLASS:
            return np.asarray(np.eye(values.shape[1], dtype=np.float32)[values.argmin(axis=1)])
        case HeadKind.TAGS:
            return np.where(np.isnan(values), np.nan, values <= EVEN).astype(np.float32)
        case _:
            assert_never(kind)
