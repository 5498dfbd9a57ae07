"""A flip in a few characters: what was said, and what is said now."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.review.flips import decided_bin
from core.review.scale_drift import ScaleDrift
from core.values import BRACKETS, HeadKind
from core.wording import counted, signed

_MOST_TAGS = 3


def flip_text(kind: HeadKind, labels: Sequence[str], before: NDArray[np.floating], after: NDArray[np.floating]) -> str:
    """ "rose → tulip", "3.4 → 6.1", or the tags that turned: "+ night, − portrait". `before` and `after`: (outputs,)"""
    match kind:
        case HeadKind.SCORE:
            return f"{float(before[0]) * BRACKETS:.1f} → {float(after[0]) * BRACKETS:.1f}"
        case HeadKind.CLASS:
            was, now = (int(decided_bin(one[None], kind)[0, 0]) for one in (before, after))
            return f"{labels[was]} → {labels[now]}"
        case HeadKind.TAGS:
            was, now = (decided_bin(one[None], kind)[0] for one in (before, after))
            turned = np.flatnonzero((was != now) & (was >= 0) & (now >= 0)).tolist()
            told = ", ".join(f"{'+' if now[at] else '−'} {labels[at]}" for at in turned[:_MOST_TAGS])
            return f"{told}, …" if len(turned) > _MOST_TAGS else told


def drift_text(scale: ScaleDrift, older: str, newer: str) -> str:
    """ "drift of the scale from v1 to v2: +0.21 brackets on the whole; bracket 8 moved most, +0.62 (6.40 to 7.02)"."""
    whole = f"drift of the scale from {older} to {newer}: {signed(scale.mean, 2)} brackets on the whole"
    farthest = scale.farthest
    moved = "no bracket moved beyond chance"
    if farthest is not None:
        means = f"{farthest.before:.2f} to {farthest.after:.2f}"
        moved = f"bracket {farthest.bracket} moved most, {signed(farthest.drift, 2)} ({means})"
    return f"{whole}; {moved} ({counted(scale.images, 'image')} that neither had seen)"
