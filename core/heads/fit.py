"""Trains compact release heads side by side: one on everything, and one for each fold that is to be judged.

Letters: n = annotated images, tiles = crops of an image embedded apart, k = components, outputs = labels or 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.compact import CompactHeads, Rotation, new_heads
from core.heads.losses import importance, mean_loss
from core.heads.network import SeedNetwork, default_hidden
from core.heads.recipe import Recipe, Schedule
from core.values import HeadKind

CURVE_POINTS = 25
_LEAST_STEPS = 120
_WARM_SHARE = 0.1
_BETAS = (0.9, 0.99)

Watch = Callable[[int, int], None]
"""Told before each step how many are done and how many there are; raises Cancelled to stop."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What is to be learned, on the device."""

    kind: HeadKind
    rows: Tensor
    """(n, tiles, features) float32 as the encoder made them"""
    targets: Tensor
    """(n, outputs), NaN = unknown"""
    weights: Tensor
    """(n,)"""
    label_weights: Tensor
    """(outputs,)"""

    def __len__(self) -> int:
        return len(self.rows)

    def importances(self) -> Tensor:
        """(n, outputs)"""
        return importance(self.targets, self.weights, self.label_weights, self.kind)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    step: int
    training_loss: float
    evaluation_loss: float | None
    """Mean over the judged folds, of images that their heads did not see."""
    learning_rate: float


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    networks: tuple[SeedNetwork, ...]
    """One for each group of images that was taught, on the CPU."""
    curve: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True)
class Pace:
    batch: int
    steps: int
    learning_rate: float


def pace(n: int, recipe: Recipe) -> Pace:
    """Batches and their size for n annotated images.

    Where `recipe.steps` batches do not make `recipe.epochs` rounds, batches and learning rate double together (Goyal et
    al., "Accurate, large minibatch SGD", 2017): 10,000 images gained a point of accuracy by it, a few hundred lose two.
    """
    rounds = recipe.epochs * math.ceil(n / recipe.batch_size)
    if rounds > recipe.steps:
        return Pace(2 * recipe.batch_size, recipe.steps, 2.0 * recipe.learning_rate)
    return Pace(recipe.batch_size, min(max(rounds, _LEAST_STEPS), recipe.steps), recipe.learning_rate)


def fit_compact(
    lesson: Lesson,
    taught: Sequence[NDArray[np.int64]],
    recipe: Recipe,
    *,
    rotation: Rotation,
    seed: int,
    watch: Watch,
) -> Trained:
    """One head for each entry of `taught`: the images that it may learn from. The others measure `evaluation_loss`."""
    device = lesson.rows.device
    features = lesson.rows.shape[2]
    hidden = recipe.hidden or default_hidden(features)
    outputs = lesson.targets.shape[1]
    inputs = rotation.apply(lesson.rows)  # (n, tiles, k)
    units = min(recipe.units, hidden)
    heads = new_heads(len(taught), (inputs.shape[2], units, outputs), device=str(device), seed=seed)
    planned = pace(len(lesson), recipe)
    course = _Course(lesson, inputs, taught, planned.batch, seed)
    optimiser = torch.optim.AdamW(
        heads.parameters(), lr=planned.learning_rate, betas=_BETAS, weight_decay=recipe.weight_decay, fused=True
    )
    recent: list[Tensor] = []
    curve: list[CurvePoint] = []
    for step in range(planned.steps):
        watch(step, planned.steps)
        rate = planned.learning_rate * rate_share(step, planned.steps, recipe)
        optimiser.param_groups[0]["lr"] = rate
        loss = course.loss(heads)
        optimiser.zero_grad(set_to_none=True)
        loss.sum().backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        recent.append(loss.detach()[0])
        if (step + 1) % max(1, planned.steps // CURVE_POINTS) == 0:
            curve.append(CurvePoint(step + 1, float(torch.stack(recent).mean()), course.evaluate(heads), rate))
            recent.clear()
    return Trained(tuple(heads.expand(i, rotation, hidden=hidden) for i in range(len(taught))), tuple(curve))


def rate_share(step: int, steps: int, recipe: Recipe) -> float:
    """Share of the learning rate at a step."""
    if recipe.schedule is Schedule.WARMUP:
        return min(1.0, 0.1 + 0.9 * step / max(1.0, _WARM_SHARE * steps))
    warm = min(1.0, (step + 1) / max(1.0, _WARM_SHARE * steps))
    return warm * 0.5 * (1.0 + math.cos(math.pi * step / steps))


class _Course:
    """Draws batches for every head: its own images, each by one tile at a time."""

    def __init__(
        self, lesson: Lesson, inputs: Tensor, taught: Sequence[NDArray[np.int64]], batch: int, seed: int
    ) -> None:
        self._kind = lesson.kind
        self._inputs = inputs
        self._targets = lesson.targets.nan_to_num()
        self._importances = lesson.importances()
        self._taught = [torch.from_numpy(rows) for rows in taught]
        self._batch = min(batch, min(len(rows) for rows in taught))
        self._generator = torch.Generator().manual_seed(seed + 1)
        self._waiting = [torch.empty(0, dtype=torch.int64) for _ in taught]
        self._unseen = self._find_unseen(len(inputs))

    def loss(self, heads: CompactHeads) -> Tensor:  # (heads,)
        rows = torch.stack([self._draw(head) for head in range(len(self._taught))])  # (heads, b)
        tile = torch.randint(self._inputs.shape[1], rows.shape, generator=self._generator)
        rows, tile = rows.to(self._inputs.device), tile.to(self._inputs.device)
        logits = heads.logits(self._inputs[rows, tile])
        return mean_loss(logits, self._targets[rows], self._importances[rows], self._kind)

    @torch.no_grad()
    def evaluate(self, heads: CompactHeads) -> float | None:
        """Mean loss of the fold heads on images they may not learn from."""
        if not self._unseen:
            return None
        found = []
        for head, rows in self._unseen:
            layers = tuple((weight[head : head + 1], bias[head : head + 1]) for weight, bias in heads.layers)
            logits = CompactHeads(layers).logits(self._inputs[rows].mean(dim=1)[None])
            found.append(mean_loss(logits, self._targets[rows][None], self._importances[rows][None], self._kind))
        return float(torch.cat(found).mean())

    def _draw(self, head: int) -> Tensor:
        """The next `batch` images of this head, every image once before any comes again."""
        while len(self._waiting[head]) < self._batch:
            rows = self._taught[head]
            mixed = rows[torch.randperm(len(rows), generator=self._generator)]
            self._waiting[head] = torch.cat([self._waiting[head], mixed])
        waiting = self._waiting[head]
        self._waiting[head] = waiting[self._batch :]
        return waiting[: self._batch]

    def _find_unseen(self, n: int) -> list[tuple[int, Tensor]]:
        unseen = []
        for head, rows in enumerate(self._taught):
            mask = torch.ones(n, dtype=torch.bool)
            mask[rows] = False
            if mask.any():
                unseen.append((head, mask.nonzero()[:, 0].to(self._inputs.device)))
        return unseen
