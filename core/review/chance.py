"""What a figure is worth beside saying the same of every image, or an order by chance.

Letters: n = images, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.review.evidence import EVEN
from core.review.intervals import Figure, says_little
from core.values import BRACKETS, HeadKind, Metrics

_COMMONEST = "always saying the commonest label"


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


def same_said(kind: HeadKind, targets: NDArray[np.floating]) -> NDArray[np.float32]:
    """What the best head that looks at nothing says of every image of `targets` (n, outputs), n > 0. (n, outputs)

    The commonest label, the middle answer, or the commoner of yes and no of each tag.
    """
    match kind:
        case HeadKind.CLASS:
            best = np.eye(targets.shape[1], dtype=np.float32)[np.bincount(targets.argmax(axis=1)).argmax()]
        case HeadKind.SCORE:
            best = np.median(targets, axis=0)
        case HeadKind.TAGS:
            best = np.nansum(np.sign(targets - EVEN), axis=0) > 0
    return np.broadcast_to(best, targets.shape).astype(np.float32)


def beside_same(kind: HeadKind, figure: Figure, base: float) -> str:
    """As `chance_text`, of the share that is right (of tags of their answers), or of the mean miss in brackets."""
    match kind:
        case HeadKind.CLASS:
            return _beside(figure.low, figure.high, base, f"{_COMMONEST} {_share(base)}")
        case HeadKind.SCORE:
            return _nearer(figure.low, figure.high, base)
        case HeadKind.TAGS:
            what = f"always giving each tag its commoner answer {_share(base)}"
            return _beside(figure.low, figure.high, base, what)


def chance_text(metrics: Metrics) -> str:
    """ "no better than always saying the commonest label (94.8 %)"; empty where the figure is surely better."""
    if metrics.pair_accuracy is not None:
        return _beside(metrics.pair_accuracy_low, metrics.pair_accuracy_high, 0.5, "an order by chance")
    base = metrics.same_of_all
    if base is None:
        return ""
    if metrics.mae is not None:
        return _nearer(metrics.mae_low, metrics.mae_high, base)
    share = _share(base)
    if metrics.average_precision is not None:
        low, high = metrics.average_precision_low, metrics.average_precision_high
        return _beside(low, high, base, f"an order by chance {share}")
    if metrics.accuracy is not None:
        what = "saying the same of every image" if base == 1.0 else _COMMONEST
        return _beside(metrics.accuracy_low, metrics.accuracy_high, base, f"{what} {share}")
    return ""


def _share(base: float) -> str:
    return f"({100 * base:.1f} %)"


def _nearer(low: float | None, high: float | None, base: float) -> str:
    """Of a mean miss in brackets, where less is better."""
    what = f"always saying the middle answer (± {base:.2f})"
    if low is None or high is None:
        return _beside(None, None, base, what)
    return _beside(1 - high / BRACKETS, 1 - low / BRACKETS, 1 - base / BRACKETS, what)


def _beside(low: float | None, high: float | None, base: float, what: str) -> str:
    """Of a share between `low` and `high`: as surely as these tell, and where they say little no more than that."""
    if low is None or high is None:
        return f"not surely better than {what}"
    if low > base:
        return ""
    if says_little(low, high):
        return f"not yet to be told from {what}"
    return f"{'no' if high < base else 'not surely'} better than {what}"
