"""A version's figure in as few words as a table has room for."""

from __future__ import annotations

from core.values import AUDIT, OUT_OF_FOLD, Metrics
from core.wording import counted

_DRAWN = {OUT_OF_FOLD: "given", AUDIT: "audit"}


def short_figure(metrics: Metrics) -> str:
    """The figure, its interval and the number of images behind it: given, or drawn by chance. Empty without one."""
    on = f"on {metrics.n:,} {_DRAWN.get(metrics.by, '')}".rstrip()
    if (low := metrics.average_precision_low) is not None and (high := metrics.average_precision_high) is not None:
        share = 100 * (metrics.average_precision or 0.0)
        return f"{share:.1f} % AP ({100 * low:.1f}–{100 * high:.1f}) {on}"
    if metrics.accuracy is not None and metrics.accuracy_low is not None and metrics.accuracy_high is not None:
        interval = f"{100 * metrics.accuracy_low:.1f}–{100 * metrics.accuracy_high:.1f}"
        return f"{100 * metrics.accuracy:.1f} % right ({interval}) {on}"
    if metrics.mae is not None and metrics.mae_low is not None and metrics.mae_high is not None:
        return f"± {metrics.mae:.2f} brackets ({metrics.mae_low:.2f}–{metrics.mae_high:.2f}) {on}"
    if (low := metrics.pair_accuracy_low) is not None and (high := metrics.pair_accuracy_high) is not None:
        share = 100 * (metrics.pair_accuracy or 0.0)
        return f"{share:.1f} % of {counted(metrics.n, 'pair')} ({100 * low:.1f}–{100 * high:.1f})"
    return ""
