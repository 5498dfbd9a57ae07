"""Rows that lie in one piece."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def is_run(numbers: NDArray[np.int64]) -> bool:
    """Each is the one after that before it."""
    return bool((np.diff(numbers) == 1).all())
