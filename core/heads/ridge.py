"""Kernel ridge regression in closed form, with the leave-one-group-out predictions that come with it.

Rasmussen & Williams, "Gaussian Processes for Machine Learning" (2006), section 5.4.2; Sundararajan & Keerthi,
"Predictive approaches for choosing hyperparameters in Gaussian processes" (2001).

Letters: n = annotated images, m = support images, outputs = labels or 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.errors import Bug


@dataclass(frozen=True, slots=True, eq=False)
class RidgeFit:
    """Coefficients on the support, and for each annotated image the prediction of a fit without its group."""

    coefficients: Tensor
    """(m, outputs)"""
    left_out: Tensor
    """(n, outputs)"""
    variance: Tensor
    """(n,) predictive variance of the left out fit, up to one factor for all; with its noise."""


@dataclass(frozen=True, slots=True, eq=False)
class GroupBlocks:
    """Rows that leave together: the positions of all groups of one size, one array for each size above 1."""

    blocks: tuple[Tensor, ...]
    """each (groups, size) int64"""


def group_blocks(groups: NDArray[np.int64] | None) -> GroupBlocks:
    if groups is None or len(groups) == 0:
        return GroupBlocks(())
    order = np.argsort(groups, kind="stable")
    _, starts, counts = np.unique(groups[order], return_index=True, return_counts=True)
    sizes = [int(size) for size in np.unique(counts) if size > 1]
    return GroupBlocks(
        tuple(
            torch.from_numpy(np.stack([order[start : start + size] for start in starts[counts == size]]))
            for size in sizes
        )
    )


def fit_exact(kernel: Tensor, targets: Tensor, noise: Tensor, blocks: GroupBlocks) -> RidgeFit:
    """The annotated images are the support. `kernel` (n, n), `targets` (n, outputs), `noise` (n,): ridge / weight."""
    return fit_inverse(torch.cholesky_inverse(cholesky(with_noise(kernel, noise))), targets, blocks)


def fit_inverse(inverse: Tensor, targets: Tensor, blocks: GroupBlocks) -> RidgeFit:
    """As `fit_exact`, from the inverse (n, n) of the kernel with the noise on its diagonal."""
    coefficients = inverse @ targets
    diagonal = inverse.diagonal()
    left_out = targets - coefficients / diagonal[:, None]
    for rows in blocks.blocks:
        inner = inverse[rows[:, :, None], rows[:, None, :]]  # (groups, size, size)
        left_out[rows] = targets[rows] - torch.linalg.solve(inner, coefficients[rows])
    return RidgeFit(coefficients, left_out, 1.0 / diagonal)


def solve_factored(lower: Tensor, targets: Tensor) -> Tensor:
    """As `torch.cholesky_solve` for `targets` (n, outputs), without its copy of the factor: half of its time."""
    half = torch.linalg.solve_triangular(lower, targets, upper=False)
    return cast(Tensor, torch.linalg.solve_triangular(lower.T, half, upper=True))


def with_noise(kernel: Tensor, noise: Tensor) -> Tensor:
    """A copy of the kernel (n, n) with the noise (n,) on its diagonal."""
    noisy = kernel.clone()
    noisy.diagonal().add_(noise)
    return noisy


def cholesky(matrix: Tensor, *, jitter: float = 0.0) -> Tensor:
    """Lower factor; the diagonal is lifted step by step where rounding made the matrix indefinite."""
    for lift in (jitter, 1e-7, 1e-5, 1e-3, 1e-1):
        lifted = matrix if lift == 0.0 else with_noise(matrix, torch.full_like(matrix.diagonal(), lift))
        factor, failed = torch.linalg.cholesky_ex(lifted)
        if not bool(failed):
            return cast(Tensor, factor)
    raise Bug("a kernel matrix is indefinite by more than rounding can explain")
