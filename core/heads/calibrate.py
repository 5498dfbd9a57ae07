"""Calibration that disappears into the last layer: z -> scale * z + shift, fitted on images the head never saw.

Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks" (2017) for class and tags (one temperature,
1 / scale); Platt (1999) for scores, with the shift. Few images are little evidence, so both are held near 1 and 0.

The likeliest scores lie closer together than the answers do, the more so the less a head knows: a limit at 7 keeps
nothing at first and ever more in later versions. So scores are drawn apart again, `spread` of the way to lying as far
apart as the answers (linear equating: Kolen & Brennan, "Test equating, scaling, and linking", 2014). All the way would
make a head that knows nothing look sure; docs/learning.md has what each way costs.

Letters: n = images, tiles = crops of an image embedded apart, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch import Tensor

from core.heads.checkpoint import combine_tiles
from core.heads.network import SeedNetwork, squash, unsquash_score
from core.values import Annotated, Combine, HeadKind

_USUAL_DEVIATION = 0.7
_USUAL_SHIFT = 0.5
_TINY = 1e-6
_TELLING = 0.05
"""Deviation of scores (half a bracket) below which they say nothing of how far apart scores lie."""


@dataclass(frozen=True, slots=True)
class Calibration:
    scale: float = 1.0
    shift: float = 0.0

    @property
    def temperature(self) -> float:
        return 1.0 / self.scale

    def apply(self, logits: Tensor) -> Tensor:
        return logits * self.scale + self.shift

    def redraw_scores(self, said: Tensor) -> Tensor:
        """Scores as they would be, had what is squashed to them been calibrated; the same shape, both 0 to 1."""
        return squash(self.apply(unsquash_score(said)), HeadKind.SCORE)


def fit_calibration(
    logits: Tensor,
    targets: Tensor,
    importances: Tensor,
    kind: HeadKind,
    combine: Combine,
    *,
    spread: float = 0.0,
) -> Calibration:
    """For `logits` (n, tiles, outputs), `targets` and `importances` (n, outputs; 0 = unknown): the likeliest.

    `spread`, of scores alone, is how far they are drawn from there to the spread of the targets, 0 to 1.
    """
    if len(logits) == 0:
        return Calibration()
    known = targets.nan_to_num()

    def answers(calibration: Calibration) -> Tensor:
        return combine_tiles(squash(calibration.apply(logits), kind), combine)

    def surprise(calibration: Calibration) -> float:
        return float((_surprise(answers(calibration), known, kind) * importances).sum())

    def strangeness(calibration: Calibration) -> float:
        return _strangeness(answers(calibration), known, importances)

    outputs = 2 if kind is HeadKind.SCORE else 1
    likeliest = _least(surprise, outputs)
    if kind is not HeadKind.SCORE or spread == 0 or _moments(known, importances / importances.sum())[1] < _TELLING:
        return likeliest
    return _between(likeliest, _least(strangeness, outputs), spread)


def calibrate_votes(
    left_out: NDArray[np.floating], annotated: Annotated, kind: HeadKind, *, spread: float
) -> Calibration | None:
    """Of a committee of scores, as the release head is calibrated, so that both speak of one scale; None of labels.

    `left_out` (n or more, 1) is what was said of each annotated image without its group, then of images of pairs;
    `spread` as in `fit_calibration`.
    """
    if kind is not HeadKind.SCORE:
        return None
    logits = unsquash_score(torch.from_numpy(left_out[: len(annotated)]))[:, None]
    targets = torch.from_numpy(annotated.targets)
    importances = torch.from_numpy(annotated.weights)[:, None] * ~torch.isnan(targets)
    if not importances.any():
        return Calibration()
    return fit_calibration(logits, targets, importances, kind, Combine.MEAN, spread=spread)


def fold_in(calibration: Calibration, network: SeedNetwork) -> None:
    """Foreign code that runs the file gets the calibrated answers."""
    with torch.no_grad():
        network.final.weight.mul_(calibration.scale)
        network.final.bias.mul_(calibration.scale).add_(calibration.shift)


def _least(cost: Callable[[Calibration], float], parameters: int) -> Calibration:
    """Where the cost is least, held near what usually holds."""

    def held(point: NDArray[np.float64]) -> float:
        calibration = _at(point)
        unusual = 0.5 * (point[0] / _USUAL_DEVIATION) ** 2 + 0.5 * (calibration.shift / _USUAL_SHIFT) ** 2
        return cost(calibration) + float(unusual)

    start = np.zeros(parameters)
    found = minimize(held, start, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-4, "maxiter": 120})
    return _at(found.x)


def _between(one: Calibration, other: Calibration, share: float) -> Calibration:
    return Calibration(one.scale ** (1.0 - share) * other.scale**share, (1.0 - share) * one.shift + share * other.shift)


def _strangeness(said: Tensor, targets: Tensor, importances: Tensor) -> float:
    """How unlikely mean and deviation of scores (n, 1) are as a draw from the targets, were these normal."""
    weights = importances / importances.sum()
    (mean, deviation), (wanted, usual) = (_moments(values, weights) for values in (said, targets))
    off = (mean - wanted) ** 2 + 2.0 * (deviation - usual) ** 2
    return float(importances.sum()) * off / (2.0 * usual**2)


def _moments(values: Tensor, weights: Tensor) -> tuple[float, float]:
    mean = float((weights * values).sum())
    return mean, math.sqrt(float((weights * (values - mean) ** 2).sum()))


def _at(point: NDArray[np.float64]) -> Calibration:
    return Calibration(math.exp(float(np.clip(point[0], -3.0, 3.0))), float(point[1]) if len(point) > 1 else 0.0)


def _surprise(said: Tensor, targets: Tensor, kind: HeadKind) -> Tensor:
    """Negative log likelihood of each answer, (n, outputs)."""
    likely = -targets * said.clamp_min(_TINY).log()
    if kind is HeadKind.CLASS:
        return likely
    return likely - (1.0 - targets) * (1.0 - said).clamp_min(_TINY).log()
