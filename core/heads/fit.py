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

from core.heads.compact import Parts, Rotation, new_parts
from core.heads.descent import Descent
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

    Where `recipe.steps` batches do not make `recipe.epochs` rounds, batches and learning rate double together: Goyal et
    al., "Accurate, large minibatch SGD" (2017).
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
    softened: Sequence[Tensor] | None = None,
) -> Trained:
    """One head for each entry of `taught`: the images that it may learn from. The others measure `evaluation_loss`.

    `softened` (n, outputs) for each of them are targets to learn instead of the lesson's.
    """
    hidden = recipe.hidden or default_hidden(lesson.rows.shape[2])
    inputs = rotation.apply(lesson.rows)  # (n, tiles, k)
    shape = (inputs.shape[2], min(recipe.units, hidden // recipe.parts), lesson.targets.shape[1])
    parts = new_parts(len(taught) * recipe.parts, shape, device=str(inputs.device), seed=seed)
    planned = pace(len(lesson), recipe)
    course = _Course(lesson, inputs, taught, softened, recipe.parts, planned.batch, seed)
    curve = _descend(parts, course, planned, recipe, watch)
    networks = (parts.some(which).expand(rotation, lesson.kind, hidden=hidden) for which in course.parts_of_heads())
    return Trained(tuple(networks), curve)


def rate_share(step: int, steps: int, recipe: Recipe) -> float:
    """Share of the learning rate at a step."""
    warm = min(1.0, (step + 1) / max(1.0, _WARM_SHARE * steps))
    if recipe.schedule is Schedule.WARMUP:
        return warm
    return warm * 0.5 * (1.0 + math.cos(math.pi * step / steps))


def _descend(parts: Parts, course: _Course, planned: Pace, recipe: Recipe, watch: Watch) -> tuple[CurvePoint, ...]:
    descent = Descent(parts.parameters(), weight_decay=recipe.weight_decay, betas=_BETAS)
    recent: list[Tensor] = []
    curve: list[CurvePoint] = []
    for step in range(planned.steps):
        watch(step, planned.steps)
        rate = planned.learning_rate * rate_share(step, planned.steps, recipe)
        loss = course.loss(parts)  # (parts,)
        descent.step(loss, rate)
        recent.append(loss.detach()[: recipe.parts].mean())
        if (step + 1) % max(1, planned.steps // CURVE_POINTS) == 0:
            curve.append(CurvePoint(step + 1, float(torch.stack(recent).mean()), course.evaluate(parts), rate))
            recent.clear()
    return tuple(curve)


class _Course:
    """Draws batches for every part of every head: images the head may learn from, each by one tile at a time."""

    def __init__(
        self,
        lesson: Lesson,
        inputs: Tensor,
        taught: Sequence[NDArray[np.int64]],
        softened: Sequence[Tensor] | None,
        parts: int,
        batch: int,
        seed: int,
    ) -> None:
        self._kind = lesson.kind
        self._inputs = inputs
        self._targets = lesson.targets.nan_to_num()
        self._softened = None if softened is None else torch.stack(tuple(softened)).nan_to_num()
        self._importances = lesson.importances()
        self._taught = [torch.from_numpy(rows) for rows in taught]
        self._parts = parts
        self._batch = min(batch, min(len(rows) for rows in taught))
        self._generator = torch.Generator().manual_seed(seed + 1)
        self._waiting = [torch.empty(parts, 0, dtype=torch.int64) for _ in taught]

    def parts_of_heads(self) -> list[slice]:
        return [slice(head * self._parts, (head + 1) * self._parts) for head in range(len(self._taught))]

    def loss(self, parts: Parts) -> Tensor:  # (parts,)
        rows = torch.cat([self._draw(head) for head in range(len(self._taught))])  # (parts, b)
        tile = torch.randint(self._inputs.shape[1], rows.shape, generator=self._generator)
        rows, tile = rows.to(self._inputs.device), tile.to(self._inputs.device)
        logits = parts.logits(self._inputs[rows, tile])
        return mean_loss(logits, self._wanted(rows), self._importances[rows], self._kind)

    def _wanted(self, rows: Tensor) -> Tensor:  # (parts, b) -> (parts, b, outputs)
        if self._softened is None:
            return self._targets[rows]
        head = torch.arange(len(rows), device=rows.device) // self._parts
        return self._softened[head[:, None], rows]

    @torch.no_grad()
    def evaluate(self, parts: Parts) -> float | None:
        """Mean loss of the heads on images they may not learn from, all tiles of an image together."""
        found = []
        for head, which in enumerate(self.parts_of_heads()):
            unseen = torch.ones(len(self._inputs), dtype=torch.bool)
            unseen[self._taught[head]] = False
            rows = unseen.nonzero()[:, 0].to(self._inputs.device)
            if len(rows) == 0:
                continue
            inputs = self._inputs[rows].mean(dim=1).expand(self._parts, -1, -1)
            logits = parts.some(which).logits(inputs).mean(dim=0)
            found.append(mean_loss(logits, self._targets[rows], self._importances[rows], self._kind))
        return float(torch.stack(found).mean()) if found else None

    def _draw(self, head: int) -> Tensor:
        """The next images (parts, batch) of this head; for each part every image once before any comes again."""
        rows = self._taught[head]
        while self._waiting[head].shape[1] < self._batch:
            chance = torch.rand(self._parts, len(rows), generator=self._generator)
            self._waiting[head] = torch.cat([self._waiting[head], rows[chance.argsort(dim=1)]], dim=1)
        waiting = self._waiting[head]
        self._waiting[head] = waiting[:, self._batch :]
        return waiting[:, : self._batch]
