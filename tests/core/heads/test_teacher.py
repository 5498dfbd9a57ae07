"""Scores cleared of noise by the live head, without telling a head what it must not know."""

from __future__ import annotations

import numpy as np
import torch

from core.heads.lesson import Lesson
from core.heads.teacher import softened_targets
from core.recipes.recipe import Recipe
from core.values import HeadKind
from tests.core.heads.material import blobs, one_hot

N = 120


def noisy_lesson() -> tuple[Lesson, np.ndarray]:
    """Scores of two clumps, 0.3 and 0.7, each wrong by a noisy hand; and the true ones."""
    vectors, labels = blobs(N, labels=2, noise=0.5)
    truth = np.where(labels == 0, 0.3, 0.7).astype(np.float32)
    noise = np.random.default_rng(0).normal(0, 0.1, N).astype(np.float32)
    targets = torch.from_numpy(truth + noise)[:, None]
    return Lesson(HeadKind.SCORE, torch.from_numpy(vectors)[:, None], targets, torch.ones(N), torch.ones(1)), truth


def soften(lesson: Lesson, taught: list[np.ndarray], recipe: Recipe | None = None) -> list[torch.Tensor] | None:
    others = torch.zeros(0, 1, lesson.rows.shape[2])
    return softened_targets(lesson, taught, np.arange(N), others, recipe or Recipe(), seed=0, watch=lambda: None)[0]


def test_that_softened_scores_are_nearer_to_the_truth():
    lesson, truth = noisy_lesson()
    (soft,) = soften(lesson, [np.arange(N)]) or []
    before = np.abs(lesson.targets.numpy()[:, 0] - truth).mean()
    assert np.abs(soft.numpy()[:, 0] - truth).mean() < 0.6 * before


def test_that_images_outside_the_taught_ones_do_not_matter():
    lesson, _ = noisy_lesson()
    taught = np.arange(N // 2)
    (one,) = soften(lesson, [taught]) or []
    lesson.targets[N // 2 :] = 1.0
    (other,) = soften(lesson, [taught]) or []
    torch.testing.assert_close(one[: N // 2], other[: N // 2])


def test_that_class_heads_and_a_share_of_nothing_keep_the_answers():
    vectors, labels = blobs(N, labels=2)
    rows, targets = torch.from_numpy(vectors)[:, None], torch.from_numpy(one_hot(labels, 2))
    assert soften(Lesson(HeadKind.CLASS, rows, targets, torch.ones(N), torch.ones(2)), [np.arange(N)]) is None
    assert soften(noisy_lesson()[0], [np.arange(N)], Recipe(teacher=0.0)) is None
