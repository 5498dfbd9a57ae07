"""A head trained small and written large: principal components in, the seed's layers out, with equal answers.

The seed's network of four million weights is more than a few thousand annotations can fill, and slow. Trained here is
what of it matters: its one wide layer of ReLU units, on the leading principal components. The units are split into
parts that learn apart, each from its own draws, and answer together by the mean of their logits; on real photographs
that was worth one to two points of accuracy over one wide part. `expand` writes the whole into the seed's layers: the
rotation folds into `up.0`, the block's `long` branch adds nothing, and the readout passes the narrow layers as pairs
(x, -x), since leaky(x) - leaky(-x) = (1 + LEAK) x. That is exact up to 32 outputs (class: 33); of more outputs the
best approximation of rank 32 is written.

Letters: parts = parts of all heads trained side by side, b = rows of a batch, k = components, units = ReLU units of a
part, features = values of an embedding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.heads.network import LAST_WIDTH, LEAK, SeedNetwork
from core.values import HeadKind

_THRESHOLDS = 1.0
"""Thresholds of new units lie within so many deviations of a component."""


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
class Parts:
    """Weights of many parts side by side."""

    first: Tensor
    """(parts, k, units)"""
    thresholds: Tensor
    """(parts, 1, units)"""
    readout: Tensor
    """(parts, units, outputs)"""
    bias: Tensor
    """(parts, 1, outputs)"""

    def parameters(self) -> list[Tensor]:
        return [self.first, self.thresholds, self.readout, self.bias]

    def logits(self, rows: Tensor) -> Tensor:  # (parts, b, k) -> (parts, b, outputs)
        if rows.dtype is torch.bfloat16:  # a third of the time where the processor multiplies it; summed in float32
            units = torch.relu(torch.bmm(rows, self.first.bfloat16()) + self.thresholds)
        else:
            units = torch.relu(torch.baddbmm(self.thresholds, rows, self.first))
        return torch.baddbmm(self.bias, units, self.readout)

    def some(self, which: slice) -> Parts:
        """The parts of one head."""
        return Parts(self.first[which], self.thresholds[which], self.readout[which], self.bias[which])

    def expand(self, rotation: Rotation, kind: HeadKind, *, hidden: int) -> SeedNetwork:
        """All parts as one network of the seed, on embeddings before the rotation; on the CPU."""
        first, thresholds, readout, bias = (tensor.detach().cpu().double() for tensor in self.parameters())
        axes, mean = rotation.axes.cpu().double(), rotation.mean.cpu().double()
        network = SeedNetwork(features=len(mean), hidden=hidden, outputs=readout.shape[2])
        for parameter in network.parameters():
            nn.init.zeros_(parameter)
        up = (axes @ first).transpose(1, 2).flatten(0, 1)  # (parts * units, features)
        _fill(network.first, up, thresholds.flatten() - up @ mean)
        _fill_readout(network, readout.flatten(0, 1) / len(readout), bias.mean(dim=(0, 1)), kind)
        return network.eval()


def new_parts(parts: int, shape: tuple[int, int, int], *, device: str, seed: int) -> Parts:
    """Random units (He et al., "Delving deep into rectifiers", 2015) and a readout of 0: nothing is said yet.

    `shape`: components, units, outputs.
    """
    components, units, outputs = shape
    generator = torch.Generator().manual_seed(seed)
    first = torch.randn(parts, components, units, generator=generator) * math.sqrt(2.0 / components)
    thresholds = torch.empty(parts, 1, units).uniform_(-_THRESHOLDS, _THRESHOLDS, generator=generator)
    readout, bias = torch.zeros(parts, units, outputs), torch.zeros(parts, 1, outputs)
    return Parts(*(tensor.to(device).requires_grad_() for tensor in (first, thresholds, readout, bias)))


def _fill_readout(network: SeedNetwork, readout: Tensor, bias: Tensor, kind: HeadKind) -> None:
    """`readout` (units, outputs) through the narrow layers."""
    inner, outer = _within_rank(readout, kind)  # (units, rank), (rank, outputs)
    unit = torch.eye(inner.shape[1], dtype=torch.float64)
    none = torch.zeros(2 * len(unit), dtype=torch.float64)
    _fill(network.linear(0), inner.T, none[: len(unit)])
    _fill(network.linear(1), torch.cat([unit, -unit]), none)
    _fill(network.linear(4), torch.cat([unit, -unit], dim=1) / (1.0 + LEAK), none[: len(unit)])
    _fill(network.final, outer.T, bias)


def _within_rank(readout: Tensor, kind: HeadKind) -> tuple[Tensor, Tensor]:
    """Two factors that fit the narrowest layer; of class logits only differences count."""
    outputs = readout.shape[1]
    if outputs <= LAST_WIDTH:
        return readout, torch.eye(outputs, dtype=torch.float64)
    if kind is HeadKind.CLASS:
        readout = readout - readout.mean(dim=1, keepdim=True)
    left, lengths, right = torch.linalg.svd(readout, full_matrices=False)
    root = lengths[:LAST_WIDTH].sqrt()
    return left[:, :LAST_WIDTH] * root, root[:, None] * right[:LAST_WIDTH]


def _fill(layer: nn.Linear, weight: Tensor, bias: Tensor) -> None:
    """Into the upper left corner; the rest stays 0."""
    with torch.no_grad():
        layer.weight[: weight.shape[0], : weight.shape[1]] = weight.float()
        layer.bias[: len(bias)] = bias.float()
