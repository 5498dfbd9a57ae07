"""The figures of a version on the images of the audit set that it judges out of fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.heads.evaluate import metrics
from core.review.audit import Sheet
from core.values import AUDIT, Metrics


def audit_metrics(labels: Sequence[str], sheet: Sheet) -> Metrics:
    """Intervals reach from where they would begin to where they would end, whatever the skipped images show."""
    found = metrics(sheet.kind, labels, sheet.targets, sheet.said, by=AUDIT)
    if not len(sheet.skipped):
        return found
    worst, best = (
        metrics(one.kind, labels, one.targets, one.said, by=AUDIT) for one in (sheet.at_worst(), sheet.at_best())
    )
    return replace(
        found,
        accuracy_low=worst.accuracy_low,
        accuracy_high=best.accuracy_high,
        average_precision_low=worst.average_precision_low,
        average_precision_high=best.average_precision_high,
        mae_low=best.mae_low,
        mae_high=worst.mae_high,
    )
