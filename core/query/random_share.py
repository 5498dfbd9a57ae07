"""A fixed share of random images in every queue, so that honest figures stay possible.

The t-th image ever shown is a random one for a fixed set of t, spread evenly, whatever the queue does in between: a
queue that is made anew after every annotation still shows its random share.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RANDOM_SHARE = 0.07


def random_keys(count: int, seed: int, keys: NDArray[np.uint64] | None = None) -> NDArray[np.uint64]:
    """One random number for each image, (count,); from its content `keys` if given, so that a pool may grow.

    Steele, Lea & Flood, "Fast splittable pseudorandom number generators" (2014), its mixing function.
    """
    start = np.arange(count, dtype=np.uint64) if keys is None else np.asarray(keys, dtype=np.uint64)
    with np.errstate(over="ignore"):
        z = start + np.uint64((seed * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) % 2**64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(z ^ (z >> np.uint64(31)), dtype=np.uint64)


def random_slots(start: int, count: int, share: float) -> NDArray[np.bool_]:
    """Which of the images number `start` to `start + count - 1` are to be random ones."""
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"a share lies between 0 and 1, not {share}")
    numbers = np.arange(start, start + count + 1, dtype=np.float64)
    return np.diff(np.floor(numbers * share + 1e-9)) > 0
