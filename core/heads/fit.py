"""Trains compact release heads side by side: one on everything, and one for each fold that is to be judged.

Letters: n = annotated images, tiles = crops of an image embedded apart, k = components, outputs = labels or 1.
"""

from __future__ import annotations

import itertools
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.compact import Parts, Rotation, new_parts
from core.heads.course import Course, Pace
from core.heads.descent import Descent
from core.heads.lesson import Lesson
from core.heads.members import in_turn
from core.heads.network import SeedNetwork, default_hidden
from core.recipes.recipe import Recipe, Schedule
from core.values import CurvePoint
from core.workers import Workers

CURVE_POINTS = 25
_LEAST_STEPS = 120
_WARM_SHARE = 0.1
_BETAS = (0.9, 0.99)

Watch = Callable[[int, int], None]
"""Told before each step how many are done and how many there are; raises Cancelled to stop."""
Tell = Callable[[tuple[CurvePoint, ...]], None]
"""Told the training curve so far whenever it has another point."""


def tell_nobody(curve: tuple[CurvePoint, ...]) -> None:
    """The curve is not asked for while training goes on."""


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    networks: tuple[SeedNetwork, ...]
    """One for each group of images that was taught, on the CPU."""
    curve: tuple[CurvePoint, ...]


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
    weights: Sequence[Tensor] | None = None,
    answers: int | None = None,
    workers: Workers | None = None,
    tell: Tell = tell_nobody,
) -> Trained:
    """One head for each entry of `taught`: the images that it may learn from. The others measure `evaluation_loss`.

    `softened` (n, outputs) for each of them are targets to learn instead of the lesson's, so are `weights` (n,).
    Training takes as long as for `answers` images, where others came to them. Parts learn apart, so each of the
    `workers` takes a share of them and waits for nobody; how many there are changes the outcome by rounding alone.
    So while it goes on, `tell` gets the training loss of the first share; losses of all heads are known at the end.
    """
    hidden = recipe.hidden or default_hidden(lesson.rows.shape[2])
    inputs = rotation.apply(lesson.drawn())  # (n, tiles and further crops, k)
    shape = (inputs.shape[2], min(recipe.units, hidden // recipe.parts), lesson.targets.shape[1])
    parts = new_parts(len(taught) * recipe.parts, shape, device=str(inputs.device), seed=seed)
    planned = pace(len(lesson) if answers is None else answers, recipe)
    course = Course(lesson, inputs, taught, softened, weights, recipe.parts, planned, seed)
    descents = [_Descending(parts, which, course, planned, recipe) for which in _shares(len(course), workers)]
    _descend(descents, watch, tell, workers)
    learned = Parts(
        *(torch.cat(shares) for shares in zip(*(each.parts.parameters() for each in descents), strict=True))
    )
    networks = (
        learned.some(course.parts_of(head)).expand(rotation, lesson.kind, hidden=hidden) for head in range(course.heads)
    )
    return Trained(tuple(networks), _curve(descents, course, planned, recipe))


def rate_share(step: int, steps: int, recipe: Recipe) -> float:
    """Share of the learning rate at a step."""
    warm = min(1.0, (step + 1) / max(1.0, _WARM_SHARE * steps))
    if recipe.schedule is Schedule.WARMUP:
        return warm
    return warm * 0.5 * (1.0 + math.cos(math.pi * step / steps))


def _shares(parts: int, workers: Workers | None) -> list[slice]:
    """Parts beside each other for each of the workers."""
    count = min(parts, 1 if workers is None else workers.count)
    bounds = [parts * i // count for i in range(count + 1)]
    return [slice(first, last) for first, last in itertools.pairwise(bounds)]


def _descend(descents: Sequence[_Descending], watch: Watch, tell: Tell, workers: Workers | None) -> None:
    """All shares side by side; the first of them reports for all."""
    stopped = threading.Event()

    def run(number: int) -> None:
        try:
            first = number == 0
            descents[number].run(watch if first else _ignore, tell if first else tell_nobody, stopped)
        except BaseException:
            stopped.set()
            raise

    (workers.each if workers is not None else in_turn)(run, range(len(descents)))


def _ignore(done: int, total: int) -> None:
    """Another share reports."""


class _Descending:
    """A share of the parts on its way down."""

    def __init__(self, everything: Parts, which: slice, course: Course, planned: Pace, recipe: Recipe) -> None:
        own = everything.some(which)
        self.parts = Parts(*(weights.detach().clone().requires_grad_() for weights in own.parameters()))
        self.losses: list[Tensor] = []
        """(parts,) at each step"""
        self.unseen: list[list[Tensor]] = []
        """At each point of the curve, for each head what these parts say of its unseen images"""
        self._which = which
        self._course = course
        self._planned = planned
        self._recipe = recipe

    def run(self, watch: Watch, tell: Tell, stopped: threading.Event) -> None:
        steps = self._planned.steps
        curve: list[CurvePoint] = []
        descent = Descent(self.parts.parameters(), weight_decay=self._recipe.weight_decay, betas=_BETAS)
        for step in range(steps):
            if stopped.is_set():
                return
            watch(step, steps)
            loss = self._course.loss(self.parts, self._which, step)
            descent.step(loss, _rate(step, self._planned, self._recipe))
            self.losses.append(loss.detach())
            if (step + 1) % _stride(steps) == 0:
                self.unseen.append(self._course.unseen_logits(self.parts, self._which))
                curve.append(self._point(step))
                tell(tuple(curve))

    def _point(self, step: int) -> CurvePoint:
        """What this share alone knows of the first head."""
        own = slice(0, max(1, self._course.parts_of(0).stop - self._which.start))
        recent = torch.stack(self.losses[-_stride(self._planned.steps) :])[:, own]
        return CurvePoint(step + 1, float(recent.mean()), None, _rate(step, self._planned, self._recipe))


def _curve(descents: Sequence[_Descending], course: Course, planned: Pace, recipe: Recipe) -> tuple[CurvePoint, ...]:
    """Training loss is that of the first head, which learns from everything."""
    losses = torch.cat([torch.stack(each.losses) for each in descents], dim=1)[:, course.parts_of(0)].mean(dim=1)
    points = []
    for number, shares in enumerate(zip(*(each.unseen for each in descents), strict=True)):
        last = (number + 1) * _stride(planned.steps)
        said = [torch.stack(sums).sum(dim=0) for sums in zip(*shares, strict=True)]
        training = float(losses[last - _stride(planned.steps) : last].mean())
        points.append(CurvePoint(last, training, course.evaluate(said), _rate(last - 1, planned, recipe)))
    return tuple(points)


def _rate(step: int, planned: Pace, recipe: Recipe) -> float:
    return planned.learning_rate * rate_share(step, planned.steps, recipe)


def _stride(steps: int) -> int:
    return max(1, steps // CURVE_POINTS)
