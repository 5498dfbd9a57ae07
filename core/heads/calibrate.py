"""Calibration that disappears into the last layer: z -> scale * z + shift, fitted on images the head never saw.

Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks" (2017) for class and tags (one temperature,
1 / scale); Platt (1999) for scores, with the shift. Few images are little evidence, so both are held near 1 and 0.

Letters: n = images, tiles = crops of an image embedded apart, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch import Tensor

from core.heads.checkpoint import combine_tiles
from core.heads.network import SeedNetwork, squash
from core.values import Combine, HeadKind

_USUAL_DEVIATION = 0.7
_USUAL_SHIFT = 0.5
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Calibration:
    scale: float = 1.0
    shift: float = 0.0

    @property
    def temperature(self) -> float:
        return 1.0 / self.scale

    def apply(self, logits: Tensor) -> Tensor:
        return logits * self.scale + self.shift


def fit_calibration(
    logits: Tensor, targets: Tensor, importances: Tensor, kind: HeadKind, combine: Combine
) -> Calibration:
    """The likeliest for `logits` (n, tiles, outputs), `targets` and `importances` (n, outputs; 0 = unknown)."""
    if len(logits) == 0:
        return Calibration()
    known = targets.nan_to_num()

    def cost(point: NDArray[np.float64]) -> float:
        calibration = _at(point)
        said = combine_tiles(squash(calibration.apply(logits), kind), combine)
        held = 0.5 * (point[0] / _USUAL_DEVIATION) ** 2 + 0.5 * (calibration.shift / _USUAL_SHIFT) ** 2
        return float((_surprise(said, known, kind) * importances).sum()) + float(held)

    start = np.zeros(2 if kind is HeadKind.SCORE else 1)
    found = minimize(cost, start, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-4, "maxiter": 120})
    return _at(found.x)


def fold_in(calibration: Calibration, network: SeedNetwork) -> None:
    """Foreign code that runs the file gets the calibrated answers."""
    with torch.no_grad():
        network.final.weight.mul_(calibration.scale)
        network.final.bias.mul_(calibration.scale).add_(calibration.shift)


def _at(point: NDArray[np.float64]) -> Calibration:
    return Calibration(math.exp(float(np.clip(point[0], -3.0, 3.0))), float(point[1]) if len(point) > 1 else 0.0)


def _surprise(said: Tensor, targets: Tensor, kind: HeadKind) -> Tensor:
    """Negative log likelihood of each answer, (n, outputs)."""
    likely = -targets * said.clamp_min(_TINY).log()
    if kind is HeadKind.CLASS:
        return likely
    return likely - (1.0 - targets) * (1.0 - said).clamp_min(_TINY).log()
