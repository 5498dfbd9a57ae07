"""Real numbers back to the 256 levels of a channel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def to_bytes(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    rounded: NDArray[np.uint8] = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return rounded
