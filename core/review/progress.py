"""Is it time to stop: what the last answers changed, and what the next ones are worth, on images that chance drew.

Every version is judged on the same images, so that what is easy or hard in them drops out of every comparison.
Letters: v = versions, the oldest first, n = images that all of them may judge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.query.audit_draw import ENOUGH
from core.review.intervals import Figure, Z

STRETCH, NEXT = 100, 50
"""Answers looked back on, and ahead to."""
_LEAST_STRETCH = 50
_IN_REACH = 5_000
"""Audit images beyond which nobody goes to tell a change"""
_VERSIONS = 3
_SPAN = 1.5
"""The newest of the versions must have so many times the answers of the oldest."""
_RECENT, _PART = 4, "quarter"
"""A curve is read from the versions that had at least this part of the answers."""
_POWERS = (0.3, 0.6, 1.0)
_WOBBLE_WEIGHT = 2.0
"""Versions that the usual wobble counts as, beside what these versions show of it."""


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    NOTHING = "nothing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Scale:
    """Of a kind of loss: how much of it is nothing, how far it wobbles by itself, and what one image adds at least."""

    nothing: float
    wobble: float
    unit: float


SHARES = Scale(nothing=0.02, wobble=0.005, unit=1.0)
"""Wrong or right"""
BRACKET_MISSES = Scale(nothing=0.2, wobble=0.03, unit=0.25)


@dataclass(frozen=True, slots=True)
class LastStretch:
    """What the last answers changed: the loss before minus the loss now, so that more is better."""

    answers: int
    since: int
    """The version before them"""
    change: Figure
    n: int
    moved: float
    """How much of the pool is said otherwise by heads that had not seen it: no change can be larger"""
    verdict: Verdict
    more: int | None = None
    """About so many more images would tell; None where it is told, or where no number in reach would"""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the next answers are worth, or what is missing to say so."""

    gain: Figure | None
    missing: str = ""
    is_over: bool = False
    """No image is left to answer"""


def last_stretch(
    numbers: NDArray[np.int64],
    annotations: NDArray[np.int64],
    losses: NDArray[np.float64],
    moved: NDArray[np.float64],
    scale: Scale,
) -> LastStretch | None:
    """`numbers`, `annotations` and `moved` are (v,), `losses` (v, n); `moved` is from each version to the newest.

    None without a version that had so many fewer answers.
    """
    fewer = annotations[-1] - annotations
    able = np.flatnonzero(fewer >= STRETCH)
    place = int(able[-1]) if len(able) else 0
    if fewer[place] < _LEAST_STRETCH:
        return None
    gains, bound = losses[place] - losses[-1], float(moved[place])
    change = _within(paired(gains, scale.unit), bound)
    verdict = _verdict(change, scale.nothing)
    more = _more(gains, scale, bound) if verdict is Verdict.UNKNOWN else None
    return LastStretch(int(fewer[place]), int(numbers[place]), change, len(gains), bound, verdict, more)


def stretch_missing(annotations: NDArray[np.int64], images: int) -> str:
    """What `last_stretch` waits for; `annotations` (v,) of the versions."""
    if len(annotations) and annotations[-1] - annotations[0] >= _LEAST_STRETCH:
        return "" if images else "no answered image of the audit set counts yet"
    it_takes = f"it takes two versions at least {_LEAST_STRETCH} answers apart"
    if not len(annotations):
        return it_takes
    wanted = annotations[0] + _LEAST_STRETCH
    return f"{it_takes}, so one from {wanted:,} answers or more; the newest had {annotations[-1]:,}"


def outlook(annotations: NDArray[np.int64], losses: NDArray[np.float64], scale: Scale) -> Outlook:
    """The loss falls to its limit by a power of the answers, each of `_POWERS` being as likely.

    Power laws of learning: Viering & Loog, "The shape of learning curves: a review" (2022). The interval holds the draw
    of the images, the wobble of versions about the curve, and how far the powers disagree.
    """
    recent = annotations * _RECENT >= annotations[-1]
    counts, rows = annotations[recent].astype(np.float64), losses[recent]
    missing = _missing(counts, rows.shape[1])
    if missing:
        return Outlook(None, missing)
    each = [_gain(counts, rows, power, scale) for power in _POWERS]
    value = math.fsum(gain for gain, _ in each) / len(each)
    by_power = max(abs(gain - value) for gain, _ in each)
    half = math.hypot(Z * max(error for _, error in each), by_power)
    # In expectation answers take nothing away.
    return Outlook(Figure(*(max(0.0, one) for one in (value, value - half, value + half))))


def _within(change: Figure, bound: float) -> Figure:
    return Figure(*(max(-bound, min(one, bound)) for one in (change.value, change.low, change.high)))


def _more(gains: NDArray[np.float64], scale: Scale, bound: float) -> int | None:
    """How many more images as those seen would tell, to the next ten."""
    seen, images = len(gains), 10.0 * math.ceil((len(gains) + 1) / 10)
    mean, square = float(gains.mean()), float((gains**2).mean())
    while images <= _IN_REACH:
        n = images + 2
        centre = mean * images / n
        half = Z * math.sqrt(max(0.0, (square * images + scale.unit**2) / n - centre**2) / n)
        if _verdict(_within(Figure(mean, centre - half, centre + half), bound), scale.nothing) is not Verdict.UNKNOWN:
            return int(images) - seen
        images = 10.0 * math.ceil(images * 1.05 / 10)
    return None


def _gain(counts: NDArray[np.float64], losses: NDArray[np.float64], power: float, scale: Scale) -> tuple[float, float]:
    """What the next answers are worth where the loss falls by that power, and its standard error."""
    x = counts**-power
    weights = (x - x.mean()) / ((x - x.mean()) ** 2).sum()  # (v,) of a slope
    slopes = weights @ losses  # (n,)
    ahead = float(x[-1] - (counts[-1] + NEXT) ** -power)
    spread = float(slopes.var(ddof=1)) / len(slopes) + _wobble(x, losses, scale) * float((weights**2).sum())
    return float(slopes.mean()) * ahead, math.sqrt(spread) * ahead


def paired(gains: NDArray[np.float64], unit: float) -> Figure:
    """Mean of (n,) differences on the same images, with half an image added on each side.

    Agresti & Min, "Simple improved confidence intervals for comparing matched proportions" (2005).
    """
    n = len(gains) + 2
    mean = float(gains.sum()) / n
    spread = (float((gains**2).sum()) + unit**2) / n - mean**2
    half = Z * math.sqrt(max(0.0, spread) / n)
    return Figure(float(gains.mean()) if len(gains) else 0.0, mean - half, mean + half)


def _verdict(change: Figure, nothing: float) -> Verdict:
    if change.low > 0:
        return Verdict.BETTER
    if change.high < 0:
        return Verdict.WORSE
    return Verdict.NOTHING if max(-change.low, change.high) <= nothing else Verdict.UNKNOWN


def _missing(counts: NDArray[np.float64], images: int) -> str:
    if images < ENOUGH:
        return f"it takes {ENOUGH} answered images of the audit set, and {images} count so far"
    different = len(np.unique(counts))
    if different < _VERSIONS:
        of_today = f"different numbers of answers, none below a {_PART} of today's"
        return f"it takes {_VERSIONS} versions from {of_today}, and there are {different}"
    if counts[-1] < _SPAN * counts[0]:
        return "the versions had nearly the same number of answers"
    return ""


def _wobble(x: NDArray[np.float64], losses: NDArray[np.float64], scale: Scale) -> float:
    """Variance of versions about the curve, beyond what the draw of the images explains."""
    v, n = losses.shape
    design = np.stack([np.ones(v), x], axis=1)
    leftover = np.eye(v) - design @ np.linalg.pinv(design)  # (v, v)
    means = losses.mean(axis=1)
    by_draw = float(np.trace(leftover @ np.cov(losses) @ leftover)) / n
    seen = max(0.0, float(((leftover @ means) ** 2).sum()) - by_draw)
    return float((_WOBBLE_WEIGHT * scale.wobble**2 + seen) / (_WOBBLE_WEIGHT + v - 2))
