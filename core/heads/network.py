"""The seed's network, name for name, so that its files load here and ours run in its scripts with equal outputs.

Letters: n = images, features = values of an embedding, hidden = width of the block, outputs = labels, or 1 for a score.

The seed knows two kinds of answer: softmax above one output, and `(tanh(z) + 1) / 2` for a single one. A tags head
has no counterpart there. Ours answers each tag by the squash of the score head, so that one row of `down.5` cut out
of a tags file is a score head that the seed can run.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.values import HeadKind

FIRST_WIDTH, SECOND_WIDTH, LAST_WIDTH = 128, 64, 32
"""Outputs of `down.0`, `down.1` and `down.4`."""
LEAK = 0.01
"""Slope of the LeakyReLU after `down.1`."""
_BLOCK_LEAK = 0.1
_DROPOUT = 0.1
_END_OF_SCALE = 5e-4


class ResidualBlock(nn.Module):
    """ReLU(long(x) + x)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.long = nn.Sequential(
            nn.Linear(width, width),
            nn.LeakyReLU(_BLOCK_LEAK),
            nn.Linear(width, width),
            nn.LeakyReLU(_BLOCK_LEAK),
            nn.Linear(width, width),
        )

    def forward(self, rows: Tensor) -> Tensor:  # (n, hidden) -> (n, hidden)
        return torch.relu(self.long(rows) + rows)


class SeedNetwork(nn.Module):
    """Embeddings to the numbers before the squash (`logits`); `answers` squashes them."""

    def __init__(self, *, features: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.features, self.hidden, self.outputs = features, hidden, outputs
        self.up = nn.Sequential(nn.Linear(features, hidden), ResidualBlock(hidden))
        self.down = nn.Sequential(
            nn.Linear(hidden, FIRST_WIDTH),
            nn.Linear(FIRST_WIDTH, SECOND_WIDTH),
            nn.Dropout(_DROPOUT),
            nn.LeakyReLU(LEAK),
            nn.Linear(SECOND_WIDTH, LAST_WIDTH),
            nn.Linear(LAST_WIDTH, outputs),
        )

    def forward(self, embeddings: Tensor) -> Tensor:  # (n, features) -> (n, outputs)
        logits: Tensor = self.down(self.up(embeddings))
        return logits

    def shallow(self, embeddings: Tensor) -> Tensor:  # (n, features) -> (n, outputs)
        """The same for a network whose `long` branch adds nothing (`is_shallow`), at a quarter of the cost."""
        first, second = self.linear(0), self.linear(1)  # nothing lies between them: one narrow product for both
        units = torch.relu(self.up[0](embeddings))
        narrow = functional.linear(units, second.weight @ first.weight, second(first.bias))
        logits: Tensor = self.down[2:](narrow)
        return logits

    def is_shallow(self) -> bool:
        """Whether the last layer of `long` is all zeros, so that the block is a plain ReLU."""
        last = self.last_of_long
        return not bool(last.weight.detach().any()) and not bool(last.bias.detach().any())

    @property
    def first(self) -> nn.Linear:
        return _linear(self.up[0])

    @property
    def last_of_long(self) -> nn.Linear:
        block = self.up[1]
        assert isinstance(block, ResidualBlock)
        return _linear(block.long[4])

    @property
    def final(self) -> nn.Linear:
        return _linear(self.down[5])

    def linear(self, place: int) -> nn.Linear:
        """`down.<place>`."""
        return _linear(self.down[place])


def squash(logits: Tensor, kind: HeadKind) -> Tensor:  # (..., outputs) -> (..., outputs)
    """Probabilities of labels, of tags each, or the score in 0..1."""
    if kind is HeadKind.CLASS:
        return torch.softmax(logits, dim=-1)
    return (torch.tanh(logits) + 1.0) / 2.0


def unsquash_score(said: Tensor) -> Tensor:
    """What is squashed to a score in 0..1, as far as half a thousandth from the ends of the scale."""
    return torch.logit(said.float(), eps=_END_OF_SCALE) / 2.0


def default_hidden(features: int) -> int:
    """1024 for 768 values and 1280 for 1024, as in the seed; never narrower than the embedding."""
    return 1024 if features <= 768 else features + 256


def _linear(module: nn.Module) -> nn.Linear:
    assert isinstance(module, nn.Linear)
    return module
