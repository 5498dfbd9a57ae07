"""The figures of a version: on images that its heads had not seen, and by the audit set once it is large enough."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.arrays.predictions import read_predictions
from core.project.curves import read_curve
from tests.core.heads.conftest import train
from tests.core.heads.material import QUICK, Ground, lay_ground, one_hot


def test_that_figures_are_out_of_fold_with_n_and_interval(ground: Ground, given: np.ndarray):
    result = train(ground.spec(one_hot(given[:90])))
    figures = result.metrics
    assert (figures.n, figures.by) == (90, "out-of-fold")
    assert figures.accuracy is not None
    assert figures.accuracy_low is not None
    assert figures.accuracy_low < figures.accuracy <= (figures.accuracy_high or 0)
    assert figures.agreement is not None
    stored = json.loads((Path(result.folder) / "metrics.json").read_text())
    assert stored["accuracy"] == figures.accuracy
    assert set(stored["seconds"]) == {"training", "committee", "predicting", "ordering"}


def test_that_answers_without_meaning_are_judged_to_be_so(tmp_path: Path):
    rng = np.random.default_rng(0)
    ground = lay_ground(tmp_path, rng.normal(size=(160, 24)))
    figures = train(ground.spec(one_hot(rng.integers(0, 3, 160)))).metrics
    assert figures.accuracy is not None
    assert figures.accuracy < 0.5


def test_that_twins_of_one_group_cannot_vouch_for_each_other(tmp_path: Path):
    rng = np.random.default_rng(0)
    once = rng.normal(size=(60, 24))
    labels = np.repeat(rng.permutation(np.arange(60) % 3), 3)
    ground = lay_ground(tmp_path, np.repeat(once, 3, axis=0))
    alone = train(ground.spec(one_hot(labels))).metrics.accuracy
    grouped = train(ground.spec(one_hot(labels), groups=np.repeat(np.arange(60), 3))).metrics.accuracy
    assert alone is not None
    assert grouped is not None
    assert grouped < 0.5
    assert alone > grouped + 0.15


def test_that_a_large_set_is_judged_in_part_and_says_so(ground: Ground, given: np.ndarray):
    result = train(ground.spec(one_hot(given[:300]), recipe=QUICK | {"judged": 100}))
    assert result.metrics.n == 120
    assert result.notes == ("judged on 120 of 300 annotated images, to save time",)


def test_that_a_figure_of_very_few_images_says_that_it_says_little(ground: Ground, given: np.ndarray):
    few = train(ground.spec(one_hot(given[:4])))
    assert any("the figure says little yet: it is of 4 images" in note for note in few.notes)
    assert train(ground.spec(one_hot(given[:90]))).notes == ()


def test_that_labels_without_an_answer_are_named(ground: Ground, given: np.ndarray):
    answered = given[given < 2][:60]
    spec = ground.spec(one_hot(answered))
    [unknown] = train(spec).notes
    assert unknown == f"learned without an answer for {spec.head.labels[2].name}, so it cannot know it"


def test_that_one_group_alone_trains_without_figures(ground: Ground, given: np.ndarray):
    result = train(ground.spec(one_hot(given[:30]), groups=np.zeros(30, np.int64)))
    assert (result.metrics.n, result.metrics.accuracy) == (0, None)
    assert "one group" in result.notes[0]


def test_that_two_images_are_enough_for_a_version(ground: Ground, given: np.ndarray):
    result = train(ground.spec(one_hot(given[:2])))
    assert read_predictions(Path(result.folder) / "predictions.safetensors").probabilities.shape == (400, 3)


def test_that_the_seeds_loop_is_judged_by_evaluation_files_and_does_not_learn_them(ground: Ground, given: np.ndarray):
    spec = replace(
        ground.spec(one_hot(given[:90]), number=5, recipe=QUICK | {"method": "seed-loop", "batch_size": 8}),
        evaluation=ground.hashes[[3, 7]],
    )
    result = train(spec)
    assert result.annotations == 88
    rows = list(csv.DictReader((Path(result.folder) / "training.csv").open()))
    assert float(rows[-1]["evaluation_files_loss"]) < float(rows[0]["evaluation_files_loss"])
    assert all(row["evaluation_loss"] for row in rows)
    assert read_curve(Path(result.folder))[-1].evaluation_files_loss == float(rows[-1]["evaluation_files_loss"])
    (said,) = (note for note in result.notes if "evaluation files" in note)
    loss = float(rows[-1]["evaluation_files_loss"])
    assert said == f"evaluation loss {loss:.3f} on 2 evaluation files, which were not learned from"


def test_that_the_default_recipe_learns_evaluation_files_like_any_answer(ground: Ground, given: np.ndarray):
    result = train(replace(ground.spec(one_hot(given[:30]), number=6), evaluation=ground.hashes[[3, 7]]))
    assert result.annotations == 30


def test_that_figures_are_of_the_audit_set_once_it_is_large_enough(ground: Ground, given: np.ndarray):
    spec = ground.spec(one_hot(given[:120]))
    few, enough = (replace(spec, audit=ground.hashes[5 : 5 + count]) for count in (19, 24))
    assert (train(few).metrics.by, train(few).metrics.n) == ("out-of-fold", 120)
    result = train(replace(enough, job="again"))
    figures = result.metrics
    assert (figures.by, figures.n) == ("audit", 24)
    assert not any("to save time" in note for note in result.notes)
    assert figures.accuracy_low < figures.accuracy <= figures.accuracy_high


def test_that_skipped_images_of_the_audit_set_widen_its_interval_alone(ground: Ground, given: np.ndarray):
    spec = replace(ground.spec(one_hot(given[:120])), audit=ground.hashes[5:45])
    plain = train(spec).metrics
    skipped = train(replace(spec, audit_skipped=ground.hashes[200:206])).metrics
    assert (skipped.accuracy, skipped.n) == (plain.accuracy, plain.n)
    assert skipped.accuracy_low < plain.accuracy_low
