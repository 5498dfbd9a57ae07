"""The seed's loop without its faults."""

from __future__ import annotations

import numpy as np
import torch

from core.errors import Cancelled
from core.heads.lesson import Lesson
from core.heads.recipe import Recipe
from core.heads.seed_loop import fit_seed_loop
from core.values import HeadKind
from tests.core.heads.material import blobs, never, one_hot

SLOW = Recipe(hidden=64, learning_rate=1e-3, batch_size=1, steps=400)


def lesson(kind: HeadKind, targets: np.ndarray, vectors: np.ndarray) -> Lesson:
    outputs = targets.shape[1]
    rows = torch.from_numpy(vectors)[:, None]
    wanted = torch.from_numpy(targets.astype(np.float32))
    return Lesson(kind, rows, wanted, torch.ones(len(rows)), torch.ones(outputs))


def keep_on(step: int, steps: int) -> None:
    assert 0 <= step < steps
    assert not never()


def test_that_the_loss_of_two_labels_goes_below_the_floor_of_a_double_softmax():
    vectors, labels = blobs(60, labels=2, noise=0.5)
    taught = lesson(HeadKind.CLASS, one_hot(labels, 2), vectors)
    trained = fit_seed_loop(taught, [np.arange(60)], SLOW, seed=0, watch=keep_on)
    assert trained.curve[-1].training_loss < 0.3
    with torch.inference_mode():
        said = trained.networks[0](torch.from_numpy(vectors)).argmax(1).numpy()
    assert (said == labels).mean() > 0.95


def test_that_a_batch_above_one_learns_its_own_labels():
    vectors, labels = blobs(60, labels=3, noise=0.5)
    taught = lesson(HeadKind.CLASS, one_hot(labels), vectors)
    recipe = Recipe(hidden=64, learning_rate=1e-3, batch_size=8, steps=200)
    (network,) = fit_seed_loop(taught, [np.arange(60)], recipe, seed=0, watch=keep_on).networks
    with torch.inference_mode():
        assert (network(torch.from_numpy(vectors)).argmax(1).numpy() == labels).mean() > 0.95


def test_that_scores_are_learned_by_their_distance():
    vectors, labels = blobs(60, labels=2, noise=0.5)
    taught = lesson(HeadKind.SCORE, np.where(labels == 0, 0.3, 0.7)[:, None], vectors)
    trained = fit_seed_loop(taught, [np.arange(60)], SLOW, seed=0, watch=keep_on)
    assert trained.curve[-1].training_loss < 0.1


def test_that_each_group_of_images_gets_its_own_network_and_a_cancel_ends_it():
    vectors, labels = blobs(30, labels=2)
    taught = lesson(HeadKind.CLASS, one_hot(labels, 2), vectors)
    recipe = Recipe(hidden=64, learning_rate=1e-3, batch_size=1, steps=5)
    seen: list[int] = []

    def stop_in_the_second(step: int, steps: int) -> None:
        seen.append(step)
        if step == 7:
            raise Cancelled

    two = [np.arange(15), np.arange(15, 30)]
    assert len(fit_seed_loop(taught, two, recipe, seed=0, watch=keep_on).networks) == 2
    try:
        fit_seed_loop(taught, two, recipe, seed=0, watch=stop_in_the_second)
    except Cancelled:
        assert seen == list(range(8))
    else:
        raise AssertionError("the loop went on after a cancel")
