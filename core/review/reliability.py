"""Whether what is said holds: said probabilities beside the share that came true, in bins.

Of a score: said values beside the mean of the answers. Letters: n = annotated images.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.review.evidence import Evidence, decided
from core.review.intervals import answer_interval, wilson, wilson_of_groups
from core.review.spread import Rows, grouped
from core.values import HeadKind

BINS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Bin:
    said: float
    """Mean of what is said, 0 to 1"""
    true: float
    """Share that came true, or the mean answer"""
    low: float
    high: float
    """95 % interval of `true`"""
    rows: Rows
    """The images, those that it is most wrong about first."""


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    bins: tuple[Bin, ...]
    """Those that hold an image, from low to high."""
    judged: int
    gap: float | None
    """Mean distance of said and true over the images (expected calibration error); None without any."""


def reliability(evidence: Evidence, output: int | None = None) -> Reliability:
    """Of one label or tag; None: of a class head what it decides for, of a tags head every tag."""
    said, true, rows = _pairs(evidence, output)
    places = np.clip((said * BINS).astype(np.int64), 0, BINS - 1)
    bins = tuple(
        _bin(said[chosen], true[chosen], rows[chosen], score=evidence.kind is HeadKind.SCORE)
        for chosen in grouped(places, BINS)
        if len(chosen)
    )
    counts = [len(one.rows) for one in bins]
    far = sum(count * abs(one.said - one.true) for count, one in zip(counts, bins, strict=True))
    return Reliability(bins, len(said), far / len(said) if len(said) else None)


def _pairs(
    evidence: Evidence, output: int | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], Rows]:  # (n,) each
    said, target = evidence.probabilities.astype(np.float64), evidence.targets.astype(np.float64)
    if evidence.kind is HeadKind.CLASS and output is None:
        rows = np.flatnonzero(evidence.judged() & (target == 1).any(axis=1))
        chosen = np.nan_to_num(said[rows]).argmax(axis=1)
        right = decided(evidence)[rows, target[rows].argmax(axis=1)] == 1
        return said[rows, chosen], right.astype(np.float64), rows
    columns = [output] if output is not None else list(range(target.shape[1]))
    known = ~np.isnan(said[:, columns]) & ~np.isnan(target[:, columns])
    rows, places = np.nonzero(known)
    return said[:, columns][known], target[:, columns][known], rows[: len(places)]


def _bin(said: NDArray[np.float64], true: NDArray[np.float64], rows: Rows, *, score: bool) -> Bin:
    mean, n = float(true.mean()), len(true)
    # An image may be in a bin with several of its tags, which go together.
    _, first, image = np.unique(rows, return_index=True, return_inverse=True)
    if score:
        low, high = answer_interval(true)
    elif len(first) < n:
        low, high = wilson_of_groups(*(np.bincount(image, each).astype(np.float64) for each in (true, np.ones(n))))
    else:
        low, high = wilson(float(true.sum()), n)
    far = np.abs(said - true)
    order = first[np.argsort(-far[first], kind="stable")]
    return Bin(float(said.mean()), mean, low, high, rows[order])
