"""Width and ridge of the kernel by the likelihood of left-out answers.

Sundararajan & Keerthi, "Predictive approaches for choosing hyperparameters in Gaussian processes" (2001): the log
predictive density of each answer under the fit without its group, with the common amplitude in closed form.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.ridge import GroupBlocks, fit_exact, group_blocks
from core.heads.similarity import rbf, typical_distance

SELECTION_ROWS = 384
"""Width and ridge are chosen on at most this many annotated images, drawn by seed."""
_RELATIVE_WIDTHS = (0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 4.0)
_RIDGES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
_USUAL_RIDGE = 0.02
_PATTERNS = 8


@dataclass(frozen=True, slots=True)
class KernelShape:
    """Width of the RBF on unit vectors (None: linear), and ridge: noise variance over signal variance."""

    width: float | None
    ridge: float

    def kernel(self, similarities: Tensor) -> Tensor:
        return similarities if self.width is None else rbf(similarities, self.width)


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """Outputs whose answers are known on the same rows, so that one factorisation serves them all."""

    rows: NDArray[np.int64]
    outputs: NDArray[np.int64]


def patterns(targets: NDArray[np.floating], weights: NDArray[np.floating]) -> list[Pattern]:
    """The most common pattern first. Rows of weight 0 teach nothing; outputs without an answer have no pattern."""
    known = ~np.isnan(targets) & (weights > 0)[:, None]  # (n, outputs)
    if known.all():
        return [Pattern(np.arange(len(known)), np.arange(known.shape[1]))]
    columns, member = np.unique(known, axis=1, return_inverse=True)
    found = [
        Pattern(np.flatnonzero(columns[:, i]), np.flatnonzero(member.ravel() == i))
        for i in range(columns.shape[1])
        if columns[:, i].any()
    ]
    return sorted(found, key=lambda pattern: -len(pattern.outputs))


def choose_shape(
    similarities: Tensor,
    residuals: NDArray[np.float64],
    weights: NDArray[np.float64],
    groups: NDArray[np.int64] | None,
    *,
    linear: bool = False,
) -> KernelShape:
    """`similarities` (n, n); `residuals` (n, outputs): targets less their mean, NaN = unknown; `weights` (n,)."""
    scale = typical_distance(similarities) ** 0.5
    widths = [None] if linear else [scale * relative for relative in _RELATIVE_WIDTHS]
    shapes = [KernelShape(width, ridge) for width in widths for ridge in _RIDGES]
    parts = [
        _Part(
            similarities[p.rows][:, p.rows].double(),
            torch.from_numpy(residuals[np.ix_(p.rows, p.outputs)]),
            torch.from_numpy(weights[p.rows]),
            group_blocks(None if groups is None else groups[p.rows]),
        )
        for p in patterns(residuals, weights)[:_PATTERNS]
        if len(p.rows) > 1
    ]
    if not parts:
        return KernelShape(None if linear else scale, 0.1)
    return max(shapes, key=lambda shape: sum(part.evidence(shape) for part in parts) - strangeness(shape, scale))


def strangeness(shape: KernelShape, scale: float) -> float:
    """Holds the choice near what larger sets were found to need, while the answers are too few to say otherwise."""
    wide = 0.0 if shape.width is None else math.log(shape.width / scale) ** 2 * 4.0
    return wide + 0.5 * math.log(shape.ridge / _USUAL_RIDGE) ** 2


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    similarities: Tensor
    targets: Tensor
    weights: Tensor
    blocks: GroupBlocks

    def evidence(self, shape: KernelShape) -> float:
        """Log likelihood of the left-out answers."""
        fit = fit_exact(shape.kernel(self.similarities), self.targets, shape.ridge / self.weights, self.blocks)
        errors = (fit.left_out - self.targets) ** 2 / fit.variance[:, None]  # (n, outputs)
        share = self.weights / self.weights.sum()
        amplitude = (errors * share[:, None]).sum(0).mean().clamp_min(1e-9)
        spread = (fit.variance.log() * share).sum()
        return -0.5 * float(amplitude.log() + spread) * self.targets.numel()
