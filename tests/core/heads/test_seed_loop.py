"""The seed's loop without its faults."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.errors import Cancelled
from core.heads.kept_course import KeptCourse
from core.heads.lesson import Lesson
from core.heads.network import SeedNetwork
from core.heads.seed_loop import fit_seed_loop
from core.recipes.recipe import Recipe, Schedule
from core.values import CurvePoint, HeadKind
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


def test_that_the_curve_of_a_long_training_is_told_every_hundred_steps():
    vectors, labels = blobs(12, labels=2, noise=0.5)
    taught = lesson(HeadKind.CLASS, one_hot(labels, 2), vectors)

    def stop_after(step: int, steps: int) -> None:
        if step == 250:
            raise Cancelled

    told: list[int] = []
    with pytest.raises(Cancelled):
        fit_seed_loop(
            taught,
            [np.arange(12)],
            replace(SLOW, steps=100_000),
            seed=0,
            watch=stop_after,
            tell=lambda curve: told.append(curve[-1].step),
        )
    assert told == [100, 200]


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


def test_that_the_same_seed_gives_the_same_network_and_leaves_the_chance_of_others_alone():
    vectors, labels = blobs(30, labels=2)
    taught = lesson(HeadKind.CLASS, one_hot(labels, 2), vectors)
    recipe = Recipe(hidden=64, learning_rate=1e-3, batch_size=1, steps=20)
    torch.manual_seed(11)
    untouched = torch.get_rng_state()
    outcomes = []
    for _ in range(2):
        (network,) = fit_seed_loop(taught, [np.arange(30)], recipe, seed=5, watch=keep_on).networks
        outcomes.append(network(torch.from_numpy(vectors)).detach())
        assert torch.equal(torch.get_rng_state(), untouched)
        torch.manual_seed(11)
    assert torch.equal(*outcomes)


def test_that_every_image_comes_once_before_any_comes_again():
    vectors, labels = blobs(12, labels=12, noise=0.1)
    taught = lesson(HeadKind.CLASS, one_hot(labels, 12), vectors)
    recipe = Recipe(hidden=64, learning_rate=1e-4, batch_size=5, steps=2)
    seen = _seen_rows(taught, recipe)
    assert len(seen) == 10
    assert len(set(seen)) == 10


def _seen_rows(taught: Lesson, recipe: Recipe) -> list[int]:
    """The images of each batch, found again by their vectors at the network's door."""
    known = {row.numpy().tobytes(): place for place, row in enumerate(taught.rows.detach()[:, 0])}
    seen: list[int] = []

    def note(module: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        if isinstance(module, SeedNetwork):
            seen.extend(known[row.numpy().tobytes()] for row in inputs[0].detach())

    hook = torch.nn.modules.module.register_module_forward_pre_hook(note)
    try:
        fit_seed_loop(taught, [np.arange(len(taught))], recipe, seed=0, watch=keep_on)
    finally:
        hook.remove()
    return seen


def test_that_the_curve_is_told_as_it_grows_with_losses_of_the_folds():
    vectors, labels = blobs(40, labels=2, noise=0.5)
    taught = lesson(HeadKind.CLASS, one_hot(labels, 2), vectors)
    recipe = Recipe(hidden=64, learning_rate=1e-3, batch_size=1, steps=100)
    told: list[tuple[CurvePoint, ...]] = []
    folds = [np.arange(40), np.arange(20), np.arange(20, 40)]
    curve = fit_seed_loop(taught, folds, recipe, seed=0, watch=keep_on, tell=told.append).curve
    assert [len(points) for points in told] == list(range(1, 26))
    assert told[-1] == curve
    assert all(point.evaluation_loss is not None for point in curve)
    assert curve[-1].evaluation_loss < curve[0].evaluation_loss
    alone = fit_seed_loop(taught, folds[:1], recipe, seed=0, watch=keep_on).curve
    assert {point.evaluation_loss for point in alone} == {None}


@pytest.mark.parametrize("schedule", Schedule)
def test_that_the_learning_rate_is_that_of_the_seeds_schedulers(schedule: Schedule):
    vectors, labels = blobs(8, labels=2)
    taught = lesson(HeadKind.CLASS, one_hot(labels, 2), vectors)
    recipe = Recipe(hidden=64, learning_rate=1e-3, batch_size=1, steps=25, schedule=schedule)
    curve = fit_seed_loop(taught, [np.arange(8)], recipe, seed=0, watch=keep_on).curve
    optimizer = torch.optim.AdamW([torch.zeros(1, requires_grad=True)], lr=1e-3)
    scheduler = (
        torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=25)
        if schedule is Schedule.COSINE
        else torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.1, end_factor=1.0, total_iters=5000)
    )
    assert len(curve) == 25
    for point in curve:
        assert point.learning_rate == pytest.approx(scheduler.get_last_lr()[0], rel=1e-6)
        optimizer.step()
        scheduler.step()


def test_that_a_label_of_half_the_weight_has_half_the_loss():
    vectors, labels = blobs(20, labels=2)
    recipe = Recipe(hidden=64, learning_rate=1e-12, batch_size=1, steps=1)
    losses = []
    for weight in (1.0, 0.5):
        plain = lesson(HeadKind.CLASS, one_hot(labels, 2), vectors)
        weighed = Lesson(plain.kind, plain.rows, plain.targets, plain.weights, torch.full((2,), weight))
        losses.append(fit_seed_loop(weighed, [np.arange(20)], recipe, seed=0, watch=keep_on).curve[0].training_loss)
    assert losses[1] == pytest.approx(losses[0] / 2)


def test_that_the_loop_draws_from_further_crops_alone_where_there_are_any():
    vectors, labels = blobs(60, labels=2, noise=0.5)
    shown = lesson(HeadKind.CLASS, one_hot(labels, 2), vectors)
    shown = replace(shown, rows=torch.zeros_like(shown.rows), further=shown.rows.repeat(1, 2, 1))
    (network,) = fit_seed_loop(shown, [np.arange(60)], SLOW, seed=0, watch=keep_on).networks
    with torch.inference_mode():
        assert (network(torch.from_numpy(vectors)).argmax(1).numpy() == labels).mean() > 0.95


def test_that_an_examination_is_judged_and_not_learned():
    vectors, labels = blobs(60, labels=2, noise=0.5)
    taught = lesson(HeadKind.CLASS, one_hot(labels, 2), vectors)
    wrong = lesson(HeadKind.CLASS, one_hot(1 - labels[:4], 2), vectors[:4])
    (curve, network), (alone_curve, alone) = (
        (trained.curve, trained.networks[0])
        for exam in (wrong, None)
        for trained in [fit_seed_loop(taught, [np.arange(60)], SLOW, seed=0, watch=keep_on, examination=exam)]
    )
    assert curve[-1].evaluation_files_loss is not None
    assert curve[-1].evaluation_files_loss > 1.0  # every answer of it is wrong, and none was taught
    assert alone_curve[-1].evaluation_files_loss is None
    assert torch.equal(network.down[0].weight, alone.down[0].weight)


def stop_at(last: int):
    def watch(done: int, total: int) -> None:
        if done == last:
            raise Cancelled

    return watch


@pytest.mark.parametrize("last", [1, 137, 400])
def test_that_a_course_that_was_stopped_ends_as_if_it_had_not_been(tmp_path, last):
    vectors, labels = blobs(24, labels=2, noise=0.5)
    taught = lesson(HeadKind.CLASS, one_hot(labels, 2), vectors)
    rows, recipe = [np.arange(24), np.arange(16)], replace(SLOW, steps=220, batch_size=5)
    whole = fit_seed_loop(taught, rows, recipe, seed=3, watch=keep_on)
    kept, told = KeptCourse(tmp_path / "kept.safetensors"), []
    with pytest.raises(Cancelled):
        fit_seed_loop(taught, rows, recipe, seed=3, watch=stop_at(last), kept=kept)
    gone_on = fit_seed_loop(taught, rows, recipe, seed=3, watch=keep_on, kept=kept, notice=told.append)
    assert told == [f"goes on at step {last} of 440, where it was stopped"]
    assert gone_on.curve == whole.curve
    for one, other in zip(gone_on.networks, whole.networks, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize(("turned", "steps", "seed"), [(False, 30, 4), (True, 30, 3), (False, 31, 3)])
def test_that_what_was_stopped_holds_for_the_same_lesson_recipe_and_seed_alone(tmp_path, turned, steps, seed):
    vectors, labels = blobs(24, labels=2, noise=0.5)
    taught, other = (lesson(HeadKind.CLASS, one_hot(each, 2), vectors) for each in (labels, 1 - labels))
    rows, recipe = [np.arange(24)], replace(SLOW, steps=30)
    kept, told = KeptCourse(tmp_path / "kept.safetensors"), []
    with pytest.raises(Cancelled):
        fit_seed_loop(taught, rows, recipe, seed=3, watch=stop_at(20), kept=kept)
    chosen, settings = other if turned else taught, replace(recipe, steps=steps)
    fit_seed_loop(chosen, rows, settings, seed=seed, watch=keep_on, kept=kept, notice=told.append)
    assert told == []


def test_that_a_torn_file_of_a_stopped_course_is_begun_anew(tmp_path):
    vectors, labels = blobs(24, labels=2, noise=0.5)
    taught = lesson(HeadKind.CLASS, one_hot(labels, 2), vectors)
    (tmp_path / "kept.safetensors").write_bytes(b"torn")
    kept, told = KeptCourse(tmp_path / "kept.safetensors"), []
    rows, recipe = [np.arange(24)], replace(SLOW, steps=5)
    anew = fit_seed_loop(taught, rows, recipe, seed=3, watch=keep_on, kept=kept, notice=told.append)
    assert told == []
    assert anew.curve == fit_seed_loop(taught, rows, recipe, seed=3, watch=keep_on).curve
