"""What a committee's member is, and what it makes of the annotated images: weights of its own.

Letters: n = annotated images.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from core.query.random_share import random_keys

Each = Callable[[Callable[[int], None], Iterable[int]], None]
"""Does a piece of work for every part, in turn or side by side."""


class Response(IntEnum):
    """How a member reads similarities."""

    RBF = 0
    LINEAR = 1
    SMOOTHER = 2
    """Nadaraya-Watson: the average answer of near images; the soft form of nearest neighbours."""


@dataclass(frozen=True, slots=True)
class Member:
    response: Response
    width: float


def bootstrap_weights(keys: NDArray[np.uint64], members: int, seed: int) -> NDArray[np.float64]:
    """Exponential weights (n, members); an image with the same key has the same weights whatever stands beside it."""
    columns = [random_keys(len(keys), seed * members + member + 1, keys) for member in range(members)]
    uniform = (np.stack(columns, axis=1) >> np.uint64(11)).astype(np.float64) / 2.0**53
    return np.maximum(-np.log1p(-uniform), 1e-3)


def in_turn(work: Callable[[int], None], parts: Iterable[int]) -> None:
    """What `Workers.each` does, on the thread that asks."""
    for part in parts:
        work(part)
