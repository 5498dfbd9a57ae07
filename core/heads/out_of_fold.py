"""What the release recipe says of annotated images that it was not taught: the ground of figures and calibration.

Every judged image is answered by a head that saw neither it nor one of its group, calibrated on the other judged folds.

Letters: n = annotated images, j = judged images, tiles = crops of an image embedded apart, outputs = labels or 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.calibrate import Calibration, fit_calibration
from core.heads.checkpoint import combine_tiles
from core.heads.folds import assign_folds
from core.heads.lesson import Lesson
from core.heads.network import SeedNetwork, squash
from core.recipes.recipe import Recipe
from core.values import Combine


@dataclass(frozen=True, slots=True, eq=False)
class FoldPlan:
    """Which images are judged, and what the head that judges them may learn from."""

    judged: tuple[NDArray[np.int64], ...]
    """For each judged fold its images."""
    taught: tuple[NDArray[np.int64], ...]
    """For each judged fold all images outside it."""


@dataclass(frozen=True, slots=True, eq=False)
class OutOfFold:
    rows: NDArray[np.int64]
    """(j,) which images were judged"""
    answers: NDArray[np.float32]
    """(j, outputs) calibrated on the other folds"""
    calibration: Calibration
    """From all judged images: for the head that is released."""


def plan_folds(
    targets: NDArray[np.floating], groups: NDArray[np.int64], lesson: Lesson, recipe: Recipe, *, seed: int
) -> FoldPlan:
    """All folds of a small set; of a large one as many as hold `recipe.judged` images, two at least."""
    fold = assign_folds(targets, groups, lesson.kind, folds=recipe.folds, seed=seed)
    count = int(fold.max(initial=0)) + 1
    if count < 2:
        return FoldPlan((), ())
    size = len(fold) / count
    wanted = min(count, max(2, math.ceil(recipe.judged / size)))
    masks = [fold == number for number in range(wanted)]
    return FoldPlan(
        tuple(np.flatnonzero(mask) for mask in masks),
        tuple(np.flatnonzero(~mask) for mask in masks),
    )


def judge(
    lesson: Lesson, plan: FoldPlan, networks: Sequence[SeedNetwork], combine: Combine, *, spread: float
) -> OutOfFold:
    """`networks` are those that learned from `plan.taught`, in its order; `spread` as in fit_calibration."""
    if not plan.judged:
        outputs = lesson.targets.shape[1]
        return OutOfFold(np.empty(0, np.int64), np.empty((0, outputs), np.float32), Calibration())
    logits = [_logits(network, lesson.rows[rows]) for network, rows in zip(networks, plan.judged, strict=True)]
    targets = [lesson.targets[rows].cpu() for rows in plan.judged]
    importances = [lesson.importances()[rows].cpu() for rows in plan.judged]

    def calibrate(folds: Sequence[int]) -> Calibration:
        chosen = [torch.cat([parts[i] for i in folds]) for parts in (logits, targets, importances)]
        return fit_calibration(chosen[0], chosen[1], chosen[2], lesson.kind, combine, spread=spread)

    everyone = range(len(logits))
    answers = []
    for fold in everyone:
        others = calibrate([i for i in everyone if i != fold])
        answers.append(combine_tiles(squash(others.apply(logits[fold]), lesson.kind), combine))
    return OutOfFold(np.concatenate(plan.judged), torch.cat(answers).numpy(), calibrate(everyone))


@torch.inference_mode()
def _logits(network: SeedNetwork, rows: Tensor) -> Tensor:  # (j, tiles, features) -> (j, tiles, outputs)
    network = network.to(rows.device).eval()
    forward = network.shallow if network.is_shallow() else network
    found: Tensor = forward(rows.flatten(0, 1)).reshape(*rows.shape[:2], -1).cpu()
    return found
