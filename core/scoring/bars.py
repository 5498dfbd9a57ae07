"""How the answers are spread, as lines of text: ten for values, one for each label for what was decided."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

NOTHING_LEARNED = "nothing was learned of this"
_STEPS = 10
_WIDTH = 40
_BLOCK = "█"


def spread(values: Sequence[float], *, scale: float) -> tuple[str, ...]:
    """Ten lines from the highest tenth of `scale` to the lowest: its limits, a bar, how many and their share.

    One line where there are no values; NaN is none.
    """
    values = [value for value in values if not math.isnan(value)]
    if not values:
        return (NOTHING_LEARNED,)
    counts, edges = np.histogram(np.clip(values, 0, scale), bins=_STEPS, range=(0, scale))
    most, total = max(int(counts.max()), 1), len(values)
    unit, digits = (100.0, "%") if scale == 1 else (1.0, "")
    lines = [
        f"{low * unit:3.0f} to {high * unit:3.0f}{digits} {_bar(int(count) / most)} {count:,} ({count / total:.1%})"
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
    ]
    return tuple(reversed(lines))


def shares(labels: Sequence[str], counts: Sequence[int], *, total: int) -> tuple[str, ...]:
    """A line for each label: its bar, how many images it was given to and their share."""
    most, width = max(*counts, 1), max(map(len, labels))
    return tuple(
        f"{label:>{width}} {_bar(count / most)} {count:,} ({count / max(total, 1):.1%})"
        for label, count in zip(labels, counts, strict=True)
    )


def _bar(share: float) -> str:
    """At least a sliver where there is anything."""
    length = max(round(share * _WIDTH), 1 if share > 0 else 0)
    return (_BLOCK * length).ljust(_WIDTH)
