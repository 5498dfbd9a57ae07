"""Parts of release heads learn apart: how many workers share them changes nothing that is learned."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from core.errors import Cancelled
from core.heads import course
from core.heads.compact import Parts, find_rotation
from core.heads.course import Course, Pace
from core.heads.fit import Trained, fit_compact
from core.heads.lesson import Lesson
from core.recipes.recipe import Recipe
from core.values import HeadKind
from core.workers import Workers
from tests.core.heads.material import blobs

_RECIPE = Recipe(components=8, parts=3, units=16, steps=60)


def _lesson(n: int = 90, tiles: int = 1) -> Lesson:
    vectors, answers = blobs(n)
    rows = torch.from_numpy(np.asarray(vectors, dtype=np.float32))[:, None].repeat(1, tiles, 1)
    targets = torch.eye(int(answers.max()) + 1)[torch.from_numpy(np.asarray(answers, dtype=np.int64))]
    return Lesson(HeadKind.CLASS, rows, targets, torch.ones(n), torch.ones(targets.shape[1]))


def _fit(lesson: Lesson, workers: Workers | None, watch: object = None) -> Trained:
    taught = [np.arange(90), np.arange(60), np.arange(30, 90)]
    rotation = find_rotation(lesson.rows[:, 0], _RECIPE.components)
    told = watch if callable(watch) else (lambda done, total: None)
    return fit_compact(lesson, taught, _RECIPE, rotation=rotation, seed=4, watch=told, workers=workers)


@pytest.mark.parametrize("tiles", [1, 5])
@pytest.mark.parametrize("count", [2, 5])
def test_that_the_heads_do_not_depend_on_the_number_of_workers(count: int, tiles: int) -> None:
    lesson = _lesson(tiles=tiles)
    workers = Workers(count)
    alone, shared = _fit(lesson, None), _fit(lesson, workers)
    workers.close()
    for one, other in zip(alone.networks, shared.networks, strict=True):
        said, wanted = one(lesson.rows[:, 0]), other(lesson.rows[:, 0])
        assert torch.allclose(said, wanted, atol=1e-3)
    assert [point.step for point in alone.curve] == [point.step for point in shared.curve]
    for before, after in zip(alone.curve, shared.curve, strict=True):
        assert after.training_loss == pytest.approx(before.training_loss, abs=1e-3)
        assert after.evaluation_loss == pytest.approx(before.evaluation_loss, abs=1e-3)


def test_that_training_loss_falls_and_the_curve_reaches_the_last_step() -> None:
    curve = _fit(_lesson(), None).curve
    assert curve[-1].training_loss < 0.5 * curve[0].training_loss
    assert curve[-1].learning_rate < curve[0].learning_rate


def test_that_a_cancel_ends_every_share(monkeypatch: pytest.MonkeyPatch) -> None:
    workers = Workers(3)
    steps: list[int] = []
    loss = Course.loss

    def slow(self: Course, parts: Parts, which: slice, step: int) -> torch.Tensor:
        steps.append(step)
        time.sleep(0.005)
        return loss(self, parts, which, step)

    def cancel(done: int, total: int) -> None:
        if done == 5:
            raise Cancelled

    monkeypatch.setattr(Course, "loss", slow)
    with pytest.raises(Cancelled):
        _fit(_lesson(), workers, cancel)
    workers.close()
    assert max(steps) < 50  # of 60


def test_that_a_head_without_unseen_images_has_no_evaluation_loss() -> None:
    lesson = _lesson()
    rotation = find_rotation(lesson.rows[:, 0], 8)
    recipe = replace(_RECIPE, steps=30)
    trained = fit_compact(lesson, [np.arange(90)], recipe, rotation=rotation, seed=0, watch=lambda done, total: None)
    assert {point.evaluation_loss for point in trained.curve} == {None}


def test_that_the_evaluation_loss_is_that_of_the_unseen_images_alone() -> None:
    """However little others weigh: a head that says the same of three labels loses log 3."""
    lesson = _lesson()
    light = replace(lesson, weights=torch.where(torch.arange(90) < 10, 1.0, 0.01))
    taught = [np.arange(10, 90)]
    course = Course(light, lesson.rows, taught, None, None, 3, Pace(8, 5, 0.1), seed=0)
    assert course.evaluate([torch.zeros(10, 3)]) == pytest.approx(np.log(3.0), abs=1e-5)


def test_that_further_crops_teach_and_measure_nothing() -> None:
    lesson = _lesson()
    blind = torch.zeros_like(lesson.rows)
    shown = replace(lesson, rows=blind, further=lesson.rows.repeat(1, 3, 1))
    rotation = find_rotation(lesson.rows[:, 0], _RECIPE.components)
    taught = [np.arange(90), np.arange(60)]
    trained = fit_compact(shown, taught, _RECIPE, rotation=rotation, seed=4, watch=lambda done, total: None)
    said = trained.networks[0](lesson.rows[:, 0]).argmax(dim=1)
    assert (said == lesson.targets.argmax(dim=1)).float().mean() > 0.9
    assert trained.curve[-1].evaluation_loss == pytest.approx(np.log(3), abs=1.0)  # of rows that say nothing
    assert trained.curve[-1].training_loss < 0.9 * trained.curve[0].training_loss


def test_that_products_in_bfloat16_teach_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson, said = _lesson(), []
    for native in (True, False):
        monkeypatch.setattr(course, "native_bfloat16", lambda native=native: native)
        trained = _fit(lesson, None)
        said.append(torch.softmax(trained.networks[0](lesson.rows[:, 0]), dim=1))
    assert float((said[0] - said[1]).detach().abs().mean()) < 0.01
