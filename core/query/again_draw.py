"""Which answered image comes back to be answered a second time, and when: by chance, from content and round alone.

Those that came back least often are drawn first, so that none comes twice before all others came once.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from core.query.random_share import random_keys

_SEED = 314_159
"""Apart from those of queues and of the audit set: who is of the one may be drawn for the other."""


def is_due(before: int, after: int, share: float) -> bool:
    """Whether one image is to come back on the way from so many answers to so many."""
    return math.floor(after * share + 1e-9) > math.floor(before * share + 1e-9)


def draw(keys: NDArray[np.uint64], times: NDArray[np.int64]) -> int | None:
    """The place of the one that comes next; `keys` (images,) by content, `times` (images,) that each came back."""
    if not len(keys):
        return None
    least = int(times.min())
    fewest = np.flatnonzero(times == least)
    return int(fewest[np.argmin(random_keys(len(fewest), _SEED + least, keys[fewest]))])
