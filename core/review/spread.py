"""How many images fall to each label, tag or bracket, by the answers or by what is said.

Letters: n = images, outputs = labels, or 1 for a score; bins = labels, tags, or the brackets 0 to 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.review.flips import decided_bin
from core.values import BRACKETS, HeadKind

Rows = NDArray[np.int64]


def bin_count(kind: HeadKind, outputs: int) -> int:
    return BRACKETS + 1 if kind is HeadKind.SCORE else outputs


def rows_by_bin(kind: HeadKind, values: NDArray[np.floating]) -> list[Rows]:  # (n, outputs) -> rows of each bin
    """`values` are answers or probabilities. An image with several tags is in several bins, one with none in none."""
    found = decided_bin(values, kind)
    if kind is HeadKind.TAGS:
        return [np.flatnonzero(found[:, tag] == 1) for tag in range(values.shape[1])]
    return grouped(found[:, 0], bin_count(kind, values.shape[1]))


def grouped(codes: NDArray[np.integer], count: int) -> list[Rows]:  # (n,) -> `count` arrays of rows
    """Rows with the code 0, 1, ...; codes outside that range are in none."""
    order = np.argsort(codes, kind="stable").astype(np.int64)
    borders = np.searchsorted(codes[order], np.arange(count + 1))
    return [order[first:last] for first, last in pairwise(borders.tolist())]


def shares(rows: Sequence[Rows], images: int) -> NDArray[np.float64]:  # (bins,)
    """Of so many images."""
    return np.array([len(one) / images if images else 0.0 for one in rows])
