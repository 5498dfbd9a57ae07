"""Points in clumps, each far from the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def clumps(count: int, each: int, *, seed: int = 0, noise: float = 0.05) -> NDArray[np.float32]:
    """(count * each, 8), one clump after the other."""
    rng = np.random.default_rng(seed)
    centres = np.repeat(rng.normal(0, 3, (count, 8)), each, axis=0)
    return (centres + rng.normal(0, noise, centres.shape)).astype(np.float32)
