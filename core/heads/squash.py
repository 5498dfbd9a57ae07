"""From regression values to probabilities: one sharpness for a head, chosen on predictions of left-out images.

Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks" (2017): a single temperature. Sharpness is
its inverse. With few answers the choice is held near what larger sets were found to need.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from core.values import HeadKind

USUAL_SHARPNESS = 6.0
_LOG_DEVIATION = 0.7
_SHARPNESSES_AT_ONCE = 10
_GRID = torch.logspace(math.log10(0.5), 2.0, 60, dtype=torch.float64)


def probabilities(values: Tensor, kind: HeadKind, sharpness: float, *, dim: int = -1) -> Tensor:
    """`values`, outputs along `dim`, regress 0/1 targets or scores in 0..1; the same shape comes back, in 0..1."""
    match kind:
        case HeadKind.CLASS:
            return _softmax(values * sharpness, dim)
        case HeadKind.TAGS:
            return torch.sigmoid((values - 0.5) * sharpness)
        case HeadKind.SCORE:
            return values.clamp(0.0, 1.0)


def _softmax(logits: Tensor, dim: int) -> Tensor:
    """In place, over few outputs: three times as fast as torch's own, which is made for many."""
    powers = logits.sub_(logits.amax(dim=dim, keepdim=True)).exp_()
    return powers.div_(powers.sum(dim=dim, keepdim=True))


def choose_sharpness(left_out: Tensor, targets: Tensor, weights: Tensor, kind: HeadKind) -> float:
    """The most likely sharpness for values (n, outputs) against targets (n, outputs; NaN = unknown), weights (n,)."""
    if kind is HeadKind.SCORE or len(targets) == 0:
        return USUAL_SHARPNESS
    losses = _losses(left_out.double().cpu(), targets.double().cpu(), weights.double().cpu(), kind)
    held = 0.5 * ((_GRID / USUAL_SHARPNESS).log() / _LOG_DEVIATION) ** 2
    return float(_GRID[int((losses + held).argmin())])


def _losses(values: Tensor, targets: Tensor, weights: Tensor, kind: HeadKind) -> Tensor:
    """Log loss for each sharpness of the grid, (grid,)."""
    share = ~torch.isnan(targets) * weights[:, None]  # (n, outputs)
    wanted = torch.nan_to_num(targets)
    found = torch.empty_like(_GRID)
    for start in range(0, len(_GRID), _SHARPNESSES_AT_ONCE):
        some = slice(start, start + _SHARPNESSES_AT_ONCE)
        sharpness = _GRID[some, None, None]
        if kind is HeadKind.CLASS:
            each = -wanted * torch.log_softmax(values * sharpness, dim=-1)  # (some, n, outputs)
        else:
            each = torch.nn.functional.binary_cross_entropy_with_logits(
                (values - 0.5) * sharpness, wanted.expand(len(sharpness), -1, -1), reduction="none"
            )
        found[some] = (each * share).sum((1, 2))
    return found
