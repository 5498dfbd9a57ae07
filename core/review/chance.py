"""What a figure is worth beside saying the same of every image, or an order by chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.values import BRACKETS, HeadKind, Metrics


def same_of_all(kind: HeadKind, targets: NDArray[np.floating]) -> float:
    """The figure of a head that looks at nothing, on the known answers of `targets` (n, outputs), n > 0.

    Of a class head always the commonest label, of a score head always the middle answer (in brackets), of a tags head
    an order by chance: the share that is true; where nothing is, no order says anything, and always no is right.
    """
    known = targets[~np.isnan(targets).all(axis=1)]
    match kind:
        case HeadKind.CLASS:
            return float(np.bincount(known.argmax(axis=1)).max() / len(known))
        case HeadKind.SCORE:
            return float(np.abs(known - np.median(known)).mean() * BRACKETS)
        case HeadKind.TAGS:
            return float((targets[~np.isnan(targets)] > 0.5).mean()) or 1.0


def chance_text(metrics: Metrics) -> str:
    """ "no better than always saying the commonest label (94.8 %)"; empty where the figure is surely better."""
    if metrics.pair_accuracy is not None:
        return _beside(metrics.pair_accuracy, metrics.pair_accuracy_low, 0.5, "an order by chance")
    base = metrics.same_of_all
    if base is None:
        return ""
    if metrics.mae is not None:
        what = f"always saying the middle answer (± {base:.2f})"
        return _beside(-metrics.mae, None if metrics.mae_high is None else -metrics.mae_high, -base, what)
    share = f"({100 * base:.1f} %)"
    if metrics.average_precision is not None:
        return _beside(metrics.average_precision, metrics.average_precision_low, base, f"an order by chance {share}")
    if metrics.accuracy is not None:
        what = "saying the same of every image" if base == 1.0 else "always saying the commonest label"
        return _beside(metrics.accuracy, metrics.accuracy_low, base, f"{what} {share}")
    return ""


def _beside(value: float, low: float | None, base: float, what: str) -> str:
    if value <= base:
        return f"no better than {what}"
    return f"not surely better than {what}" if low is None or low <= base else ""
