"""Figures from predictions of images that the judged head never saw, each with the number of images behind it.

Letters: n = judged images, outputs = labels, or 1 for a score. Intervals are of 95 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.review.average_precision import pooled_precision
from core.review.chance import same_of_all
from core.review.intervals import Figure, mean_interval, wilson, wilson_of_groups
from core.values import BRACKETS, HeadKind, Metrics

_BINS = 15


def metrics(
    kind: HeadKind,
    labels: Sequence[str],
    targets: NDArray[np.floating],
    probabilities: NDArray[np.floating],
    *,
    by: str,
) -> Metrics:
    """`targets` (n, outputs) as in Annotated, `probabilities` (n, outputs). A figure without any image is None."""
    known = ~np.isnan(targets)
    if not known.any():
        return Metrics(n=0, by=by)
    match kind:
        case HeadKind.CLASS:
            found = _class_metrics(labels, targets, probabilities, by)
        case HeadKind.SCORE:
            found = _score_metrics(targets, probabilities, by)
        case HeadKind.TAGS:
            found = _tags_metrics(labels, targets, probabilities, by)
    return replace(found, same_of_all=same_of_all(kind, targets))


def interval(kind: HeadKind, targets: NDArray[np.floating], probabilities: NDArray[np.floating]) -> tuple[float, float]:
    """Of the share that is right, of tags of all known ones; of a score head of the mean miss in brackets."""
    known = ~np.isnan(targets)
    match kind:
        case HeadKind.CLASS:
            right = targets.argmax(1) == probabilities.argmax(1)
            return wilson(float(right.sum()), len(right))
        case HeadKind.SCORE:
            low, high = mean_interval(_misses(targets[known], probabilities[known]))
            return low, min(high, float(BRACKETS))
        case HeadKind.TAGS:
            agreed = (known & ((targets > 0.5) == (probabilities > 0.5))).sum(axis=1)
            return wilson_of_groups(agreed.astype(np.float64), known.sum(axis=1).astype(np.float64))


def calibration_error(confidence: NDArray[np.floating], right: NDArray[np.bool_]) -> float:
    """Expected calibration error of (n,) over bins of equal width: Naeini, Cooper & Hauskrecht (2015)."""
    bins = np.minimum((confidence * _BINS).astype(np.int64), _BINS - 1)
    gap = np.bincount(bins, weights=right - confidence.astype(np.float64), minlength=_BINS)
    return float(np.abs(gap).sum() / len(confidence))


def rank_correlation(one: NDArray[np.floating], other: NDArray[np.floating]) -> float | None:
    """Spearman's; None where one side says the same of every image."""
    first, second = _ranks(one), _ranks(other)
    if first.std() == 0 or second.std() == 0:
        return None
    return float(np.corrcoef(first, second)[0, 1])


def agreement(
    kind: HeadKind, one: NDArray[np.floating], other: NDArray[np.floating], targets: NDArray[np.floating]
) -> float:
    """How alike two heads answer the same images (n, outputs): share of equal labels or tags, or rank correlation.

    Of tags those count that are known in `targets` (n, outputs; NaN = unknown).
    """
    match kind:
        case HeadKind.CLASS:
            return float((one.argmax(1) == other.argmax(1)).mean())
        case HeadKind.TAGS:
            return float(((one > 0.5) == (other > 0.5))[~np.isnan(targets)].mean())
        case HeadKind.SCORE:
            return rank_correlation(one[:, 0], other[:, 0]) or 0.0


def _class_metrics(
    labels: Sequence[str], targets: NDArray[np.floating], probabilities: NDArray[np.floating], by: str
) -> Metrics:
    given, said = targets.argmax(1), probabilities.argmax(1)
    right = given == said
    low, high = interval(HeadKind.CLASS, targets, probabilities)
    per_label = {name: _label_figures(given == i, said == i) for i, name in enumerate(labels)}
    recalls = [figures["recall"] for figures in per_label.values() if "recall" in figures]
    return Metrics(
        n=len(right),
        by=by,
        accuracy=float(right.mean()),
        accuracy_low=low,
        accuracy_high=high,
        balanced_accuracy=float(np.mean(recalls)),
        calibration_error=calibration_error(probabilities.max(1), right),
        per_label=per_label,
    )


def _score_metrics(targets: NDArray[np.floating], scores: NDArray[np.floating], by: str) -> Metrics:
    known = ~np.isnan(targets)
    misses = _misses(targets[known], scores[known])
    low, high = interval(HeadKind.SCORE, targets, scores)
    return Metrics(
        n=len(misses),
        by=by,
        mae=float(misses.mean()),
        mae_low=low,
        mae_high=high,
        rank_correlation=rank_correlation(targets[known], scores[known]),
    )


def _misses(targets: NDArray[np.floating], scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """In brackets"""
    return np.asarray(np.abs(targets.astype(np.float64) - scores) * BRACKETS)


def _tags_metrics(
    labels: Sequence[str], targets: NDArray[np.floating], probabilities: NDArray[np.floating], by: str
) -> Metrics:
    known = ~np.isnan(targets)
    image, _ = np.nonzero(known)
    per_label: dict[str, dict[str, float]] = {}
    for i, name in enumerate(labels):
        rows = np.flatnonzero(known[:, i])
        given, said = targets[rows, i] > 0.5, probabilities[rows, i]
        alone = pooled_precision(given, said, rows)
        per_label[name] = _label_figures(given, said > 0.5) | _precision_figures(alone)
    answers, sure = targets[known] > 0.5, probabilities[known]
    right = answers == (sure > 0.5)
    low, high = interval(HeadKind.TAGS, targets, probabilities)
    together = pooled_precision(answers, sure, image)
    return Metrics(
        n=int(known.any(axis=1).sum()),
        by=by,
        accuracy=float(right.mean()),
        accuracy_low=low,
        accuracy_high=high,
        calibration_error=calibration_error(np.where(sure > 0.5, sure, 1 - sure), right),
        per_label=per_label,
        **_precision_figures(together),
    )


def _precision_figures(found: Figure | None) -> dict[str, float]:
    if found is None:
        return {}
    name = "average_precision"
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


def _label_figures(given: NDArray[np.bool_], said: NDArray[np.bool_]) -> dict[str, float]:
    """Precision and recall, with their intervals, are left out where nothing was said or given."""
    both = float((given & said).sum())
    figures: dict[str, float] = {"n": float(given.sum())}
    for name, among in (("precision", int(said.sum())), ("recall", int(given.sum()))):
        if among:
            low, high = wilson(both, among)
            figures |= {name: both / among, f"{name}_low": low, f"{name}_high": high}
    return figures


def _ranks(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Mean rank of ties."""
    _, tie, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    means: NDArray[np.float64] = (ends - counts + ends - 1) / 2.0
    return means[tie]
