"""A head trained small and written large: principal components in, the seed's layers out, with equal answers.

The seed's network of four million weights is more than a few thousand annotations can fill, and slow. Trained here is
what of it matters: one layer of ReLU units on the leading principal components, then the narrow layers; several heads
side by side as one batched model. `expand` writes them into the seed's layers exactly: the rotation folds into `up.0`,
the block's `long` branch adds nothing, `down.0` carries the second layer and `down.1` passes it on.

Letters: heads = heads trained side by side, b = rows of a batch, k = components, features = values of an embedding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from core.heads.network import LAST_WIDTH, LEAK, SECOND_WIDTH, SeedNetwork

_BIAS_RANGE = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Rotation:
    """x -> (x - mean) @ axes, scaled so that a component has a mean square of 1."""

    mean: Tensor
    """(features,)"""
    axes: Tensor
    """(features, k)"""

    def to(self, device: str) -> Rotation:
        return Rotation(self.mean.to(device), self.axes.to(device))

    def apply(self, rows: Tensor) -> Tensor:  # (..., features) -> (..., k)
        return (rows - self.mean) @ self.axes


def find_rotation(rows: Tensor, components: int) -> Rotation:
    """The `components` directions in which `rows` (n, features) differ most; answers play no part in it.

    An embedding of no more values than that is only centred and scaled.
    """
    n, features = rows.shape
    mean = rows.mean(dim=0)
    centred = rows - mean
    if components >= features:
        axes = torch.eye(features, dtype=torch.float64)
        variance = centred.square().mean().double()
    else:
        variances, vectors = torch.linalg.eigh((centred.T @ centred / n).double())
        axes = vectors.flip(1)[:, :components]
        variance = variances.flip(0)[:components].clamp_min(0.0).mean()
    return Rotation(mean, (axes / variance.sqrt().clamp_min(1e-12)).float())


@dataclass(frozen=True, slots=True, eq=False)
class CompactHeads:
    """Weights of `heads` heads side by side; each layer is (heads, in, out) with a bias (heads, 1, out)."""

    layers: tuple[tuple[Tensor, Tensor], ...]

    def parameters(self) -> list[Tensor]:
        return [tensor for layer in self.layers for tensor in layer]

    def logits(self, rows: Tensor) -> Tensor:  # (heads, b, k) -> (heads, b, outputs)
        first, second, third, last = self.layers
        hidden = torch.relu(_linear(rows, first))
        narrow = functional.leaky_relu(_linear(hidden, second), LEAK)
        return _linear(_linear(narrow, third), last)

    def expand(self, head: int, rotation: Rotation, *, hidden: int) -> SeedNetwork:
        """The head as the seed's network, on embeddings before the rotation."""
        (w1, b1), (w2, b2), (w3, b3), (w4, b4) = (
            (weight[head].detach().cpu().double(), bias[head, 0].detach().cpu().double())
            for weight, bias in self.layers
        )
        axes, mean = rotation.axes.cpu().double(), rotation.mean.cpu().double()
        network = SeedNetwork(features=len(mean), hidden=hidden, outputs=w4.shape[1])
        for parameter in network.parameters():
            parameter.data.zero_()
        up = (axes @ w1).T  # (units, features)
        _fill(network.first, up, b1 - up @ mean)
        _fill(network.linear(0), w2.T, torch.zeros_like(b2))
        _fill(network.linear(1), torch.eye(SECOND_WIDTH), b2)
        _fill(network.linear(4), w3.T, b3)
        _fill(network.final, w4.T, b4)
        return network.eval()


def new_heads(heads: int, shape: tuple[int, int, int], *, device: str, seed: int) -> CompactHeads:
    """Random first layers (He et al., 2015) with spread thresholds; the last is 0, so that nothing is said yet.

    `shape`: components, units, outputs.
    """
    generator = torch.Generator().manual_seed(seed)
    components, units, outputs = shape
    widths = (components, units, SECOND_WIDTH, LAST_WIDTH, outputs)
    gains = (math.sqrt(2.0), 1.0, 1.0, 0.0)
    layers = []
    for wide, (inner, outer, gain) in enumerate(zip(widths, widths[1:], gains, strict=False)):
        weight = torch.randn(heads, inner, outer, generator=generator) * (gain / math.sqrt(inner))
        bias = torch.zeros(heads, 1, outer)
        if wide == 0:
            bias.uniform_(-_BIAS_RANGE, _BIAS_RANGE, generator=generator)
        layers.append((weight.to(device).requires_grad_(), bias.to(device).requires_grad_()))
    return CompactHeads(tuple(layers))


def _linear(rows: Tensor, layer: tuple[Tensor, Tensor]) -> Tensor:
    weight, bias = layer
    return torch.baddbmm(bias, rows, weight)


def _fill(layer: torch.nn.Linear, weight: Tensor, bias: Tensor) -> None:
    """Into the upper left corner; the rest stays 0."""
    layer.weight.data[: weight.shape[0], : weight.shape[1]] = weight.float()
    layer.bias.data[: len(bias)] = bias.float()
