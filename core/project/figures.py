"""How far the honest figures of two versions are apart."""

from __future__ import annotations

from core.review.intervals import Figure, difference
from core.values import Metrics


def changed_figure(older: Metrics, newer: Metrics) -> dict[str, float | str | None]:
    """The figure by name, newer - older, with its interval of 95 % where both have one; {} without a common figure."""
    for name in ("mae", "mean_average_precision", "accuracy", "pair_accuracy"):
        before, after = getattr(older, name), getattr(newer, name)
        if before is None or after is None:
            continue
        first, second = _with_interval(older, name), _with_interval(newer, name)
        if first is None or second is None:
            return {"figure": name, "change": after - before, "low": None, "high": None}
        found = difference(second, first)
        return {"figure": name, "change": found.value, "low": found.low, "high": found.high}
    return {}


def _with_interval(metrics: Metrics, name: str) -> Figure | None:
    value, low, high = (getattr(metrics, f"{name}{end}", None) for end in ("", "_low", "_high"))
    return None if value is None or low is None or high is None else Figure(value, low, high)
