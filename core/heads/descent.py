"""AdamW without torch's optimiser class, whose first use in a process loads its compiler: seconds for nothing.

Loshchilov & Hutter, "Decoupled weight decay regularization" (2019). The steps themselves are torch's fused ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.optim.adamw import adamw

_EPSILON = 1e-8


class Descent:
    """Moves `parameters` in place along the gradients of losses, one step for each call."""

    def __init__(self, parameters: Sequence[Tensor], *, weight_decay: float, betas: tuple[float, float]) -> None:
        self._parameters = list(parameters)
        self._weight_decay = weight_decay
        self._betas = betas
        self._means = [torch.zeros_like(parameter) for parameter in parameters]
        self._squares = [torch.zeros_like(parameter) for parameter in parameters]
        self._steps = [torch.zeros((), device=parameter.device) for parameter in parameters]

    def moments(self) -> list[Tensor]:
        """All that it remembers from step to step, in place: what is written into them is what it goes on with."""
        return [*self._means, *self._squares, *self._steps]

    @torch.no_grad()
    def step(self, losses: Tensor, learning_rate: float) -> None:
        """`losses` (any shape) are summed."""
        with torch.enable_grad():
            gradients = torch.autograd.grad(losses.sum(), self._parameters)
        adamw(
            self._parameters,
            list(gradients),
            self._means,
            self._squares,
            [],
            self._steps,
            fused=True,
            amsgrad=False,
            beta1=self._betas[0],
            beta2=self._betas[1],
            lr=learning_rate,
            weight_decay=self._weight_decay,
            eps=_EPSILON,
            maximize=False,
        )
