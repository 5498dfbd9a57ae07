"""What a head is trained to lower, by kind, on numbers before the squash; unknown answers weigh nothing.

Letters: n = images, outputs = labels, or 1 for a score. A score is trained by cross-entropy with the score as a soft
target: through the squash its gradient does not vanish at the ends of the scale, where the seed's L1 gets stuck.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from core.values import HeadKind


def element_losses(logits: Tensor, targets: Tensor, kind: HeadKind) -> Tensor:
    """(..., outputs) each; `targets` have no NaN here, their weight is 0 where the answer is unknown."""
    if kind is HeadKind.CLASS:
        return -targets * torch.log_softmax(logits, dim=-1)
    # (tanh(z) + 1) / 2 is the logistic function of 2 z.
    return functional.binary_cross_entropy_with_logits(2.0 * logits, targets, reduction="none")


def importance(targets: Tensor, weights: Tensor, label_weights: Tensor, kind: HeadKind) -> Tensor:
    """Weights (n, outputs) of the element losses, so that the losses of all images average to one image's.

    `targets` (n, outputs; NaN = unknown), `weights` (n,) of images, `label_weights` (outputs,).
    """
    raw = ~torch.isnan(targets) * weights[:, None] * label_weights  # (n, outputs)
    counted = raw * targets.nan_to_num() if kind is HeadKind.CLASS else raw
    weighed: Tensor = raw * (len(targets) / counted.sum().clamp_min(1e-12))
    return weighed


def mean_loss(logits: Tensor, targets: Tensor, importances: Tensor, kind: HeadKind) -> Tensor:
    """One number for each leading index of (..., images, outputs)."""
    losses = element_losses(logits, targets.nan_to_num(), kind) * importances
    return losses.sum(dim=-1).mean(dim=-1)
