"""The seed's training loop with its faults corrected: the baseline, and the `seed-loop` method of recipes.

Kept: the whole network from its default start, one image at a time, AdamW, cosine or warm-up, loss weights by label, L1
through the squash for scores. Corrected: cross-entropy on the logits and not on the softmax, dropout off when judging,
a fixed scale, any device.

Letters: n = annotated images, tiles = crops of an image embedded apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.descent import Descent
from core.heads.fit import CURVE_POINTS, CurvePoint, Trained, Watch
from core.heads.lesson import Lesson
from core.heads.losses import mean_loss
from core.heads.network import SeedNetwork, default_hidden, squash
from core.heads.recipe import Recipe, Schedule
from core.values import HeadKind

WARMUP_IMAGES = 5000
_WARMUP_START = 0.1
_BETAS = (0.9, 0.999)


def fit_seed_loop(
    lesson: Lesson, taught: Sequence[NDArray[np.int64]], recipe: Recipe, *, seed: int, watch: Watch
) -> Trained:
    """One network for each entry of `taught`, one after the other; the curve is the first one's."""
    total = recipe.steps * len(taught)
    networks: list[SeedNetwork] = []
    curves: list[tuple[CurvePoint, ...]] = []
    for number, rows in enumerate(taught):
        network = _new_network(lesson, recipe, seed)

        def watch_all(step: int, steps: int, before: int = number * recipe.steps) -> None:
            watch(before + step, total)

        curves.append(train_network(network, lesson, rows, recipe, seed=seed, watch=watch_all))
        networks.append(network.cpu().eval())
    return Trained(tuple(networks), curves[0])


def train_network(
    network: SeedNetwork, lesson: Lesson, rows: NDArray[np.int64], recipe: Recipe, *, seed: int, watch: Watch
) -> tuple[CurvePoint, ...]:
    """`recipe.steps` steps on the images `rows`, in place."""
    descent = Descent(list(network.parameters()), weight_decay=recipe.weight_decay, betas=_BETAS)
    importances, known = lesson.importances(), lesson.targets.nan_to_num()
    generator = torch.Generator().manual_seed(seed)
    recent: list[Tensor] = []
    curve: list[CurvePoint] = []
    network.train()
    for step in range(recipe.steps):
        watch(step, recipe.steps)
        drawn = rows[torch.randint(len(rows), (recipe.batch_size,), generator=generator).numpy()]
        tile = torch.randint(lesson.rows.shape[1], (recipe.batch_size,), generator=generator)
        logits = network(lesson.rows[drawn, tile])
        loss = _loss(logits, known[drawn], importances[drawn], lesson.kind)
        rate = recipe.learning_rate * _rate_share(step, recipe)
        descent.step(loss, rate)
        recent.append(loss.detach())
        if (step + 1) % max(1, recipe.steps // CURVE_POINTS) == 0:
            curve.append(CurvePoint(step + 1, float(torch.stack(recent).mean()), None, rate))
            recent.clear()
    return tuple(curve)


def _new_network(lesson: Lesson, recipe: Recipe, seed: int) -> SeedNetwork:
    features = lesson.rows.shape[2]
    hidden = recipe.hidden or default_hidden(features)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = SeedNetwork(features=features, hidden=hidden, outputs=lesson.targets.shape[1])
    return network.to(lesson.rows.device)


def _loss(logits: Tensor, targets: Tensor, importances: Tensor, kind: HeadKind) -> Tensor:
    if kind is HeadKind.SCORE:
        return ((squash(logits, kind) - targets).abs() * importances).mean()
    return mean_loss(logits, targets, importances, kind)


def _rate_share(step: int, recipe: Recipe) -> float:
    if recipe.schedule is Schedule.WARMUP:
        done = step * recipe.batch_size / WARMUP_IMAGES
        return min(1.0, _WARMUP_START + (1.0 - _WARMUP_START) * done)
    share = 0.5 * (1.0 + np.cos(np.pi * step / recipe.steps))
    return float(share)
