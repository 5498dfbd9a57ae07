"""The figures of a version on the images of the audit set that it judges out of fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.heads.evaluate import interval, metrics
from core.review.audit import Sheet
from core.review.average_precision import pooled_precision
from core.review.intervals import Figure
from core.values import AUDIT, HeadKind, Metrics

_TRIED = 9
"""How many of the answers skipped are taken for true, from none to all"""


def audit_metrics(labels: Sequence[str], sheet: Sheet) -> Metrics:
    """Intervals reach from where they would begin to where they would end, whatever the skipped images show."""
    found = metrics(sheet.kind, labels, sheet.targets, sheet.said, by=AUDIT)
    if not len(sheet.skipped) or not found.n:
        return found
    worst, best = (interval(one.kind, one.targets, one.said) for one in (sheet.at_worst(), sheet.at_best()))
    if sheet.kind is HeadKind.SCORE:
        return replace(found, mae_low=best[0], mae_high=worst[1])
    found = replace(found, accuracy_low=worst[0], accuracy_high=best[1])
    if sheet.kind is not HeadKind.TAGS or found.average_precision is None:
        return found
    ends = _precision_ends(sheet)
    low, high = min(end.low for end in ends), max(end.high for end in ends)
    return replace(found, average_precision_low=low, average_precision_high=high)


def _precision_ends(sheet: Sheet) -> list[Figure]:
    """Average precision as it is, and with some numbers of what was skipped taken for true.

    Of so many it is least where the head says least of them, and most where it says most; answers all against the head,
    or all as it says, may be neither.
    """
    known, asked = ~np.isnan(sheet.targets), ~np.isnan(sheet.skipped)
    (image, _), (skipped, _) = np.nonzero(known), np.nonzero(asked)
    given, said, rest = sheet.targets[known] > 0.5, sheet.said[known], sheet.skipped[asked]
    images = np.concatenate([image, len(sheet.targets) + skipped])
    place = np.empty(len(rest), np.int64)
    place[np.argsort(-rest, kind="stable")] = np.arange(len(rest))
    ends = [pooled_precision(given, said, image)]
    for many in np.unique(np.linspace(0, len(rest), _TRIED).round().astype(np.int64)):
        for true in (place >= len(rest) - many, place < many):
            ends.append(pooled_precision(np.concatenate([given, true]), np.concatenate([said, rest]), images))
    return [end for end in ends if end is not None]
