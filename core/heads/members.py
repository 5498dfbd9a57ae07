"""What a committee's member is, and the batched closed forms that solve many of them on one kernel.

Letters: n = annotated images, m = support images, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.ridge import cholesky
from core.query.random_share import random_keys


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


def solve_exact(kernel: Tensor, targets: Tensor, noise: Tensor) -> Tensor:
    """`kernel` (n, n) shared, `targets` (members, n, outputs), `noise` (members, n) -> (members, n, outputs)."""
    factor = cholesky(kernel + torch.diag_embed(noise))
    return torch.cholesky_solve(targets, factor)


def solve_subset(cross: Tensor, inner: Tensor, targets: Tensor, noise: Tensor) -> Tensor:
    """Subset of regressors: `cross` (n, m), `inner` (m, m) -> (members, m, outputs)."""
    scaled = cross.T / noise[:, None, :]  # (members, m, n)
    return torch.cholesky_solve(scaled @ targets, cholesky(scaled @ cross + inner, jitter=1e-8))
