"""A version from its order: its files, its honesty, its determinism, and how it ends when stopped."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from core.arrays.hashes import hash_keys
from core.arrays.predictions import read_predictions
from core.errors import Cancelled, UserError
from core.heads.checkpoint import load_head
from core.heads.version import train_version
from core.jobs.events import JobProgress, JobStarted, TrainingCurve
from core.query.audit_draw import audit_mask
from core.recipes.recipe import Recipe, parse_recipe
from core.values import MEMBERS, Combine, HeadKind
from tests.core.heads.conftest import train
from tests.core.heads.material import QUICK, Ground, Recorder, blobs, lay_ground, never, one_hot
from tests.core.heads.seed_forward import run_seed


def test_that_a_version_has_all_its_files_and_none_that_nothing_reads(ground: Ground, given: np.ndarray):
    result = train(ground.spec(one_hot(given[:90]), number=3))
    folder = Path(result.folder)
    assert sorted(file.name for file in folder.iterdir()) == [
        "Colour_ warm_cold-v3.safetensors",
        "config.json",
        "judged.safetensors",
        "metrics.json",
        "out_of_fold.safetensors",
        "predictions.safetensors",
        "recipe.yaml",
        "training.csv",
    ]
    assert (result.number, result.head_id, result.annotations, result.labels) == (3, 7, 90, (1, 2, 3))
    assert parse_recipe(yaml.safe_load((folder / "recipe.yaml").read_text())) == parse_recipe(QUICK)
    rows = list(csv.DictReader((folder / "training.csv").open()))
    assert list(rows[0]) == ["step", "training_loss", "evaluation_loss", "learning_rate"]
    assert float(rows[-1]["training_loss"]) < float(rows[0]["training_loss"])


@pytest.mark.parametrize("method", ["compact", "seed-loop"])
def test_that_the_curve_is_reported_while_it_grows_and_whole_at_the_end(ground: Ground, given: np.ndarray, method: str):
    recorder = Recorder()
    recipe = QUICK | {"method": method, "batch_size": 8}
    result = train_version(ground.spec(one_hot(given[:90]), number=4, recipe=recipe), recorder, never)
    curves = [event.points for event in recorder.events if isinstance(event, TrainingCurve)]
    assert [len(points) for points in curves[:3]] == [1, 2, 3]
    assert curves[0][0].training_loss > curves[-1][-1].training_loss
    assert all(point.evaluation_loss is not None for point in curves[-1])
    rows = list(csv.DictReader((Path(result.folder) / "training.csv").open()))
    assert [int(row["step"]) for row in rows] == [point.step for point in curves[-1]]


def test_that_the_head_answers_in_the_seeds_code_as_in_the_predictions(ground: Ground, given: np.ndarray):
    folder = Path(train(ground.spec(one_hot(given[:90]))).folder)
    raw = blobs(400)[0].astype(np.float16).astype(np.float32)
    predictions = read_predictions(folder / "predictions.safetensors")
    (file,) = (path for path in folder.glob("*-v1.safetensors"))
    np.testing.assert_allclose(run_seed(file, raw), load_head(folder).predict(raw), atol=1e-5)
    np.testing.assert_allclose(predictions.probabilities, load_head(folder).predict(raw), atol=1e-3)


def test_that_the_config_says_what_the_head_stands_on(ground: Ground, given: np.ndarray):
    head = load_head(Path(train(ground.spec(one_hot(given[:90]), number=4)).folder))
    assert head.config.rev == "v4"
    assert head.labels == ("red", "green", "blue")
    assert head.signature == ground.signature
    assert head.config.annotations == 90
    assert head.config.temperature is not None


def test_that_the_pool_is_answered_well_and_the_queue_leaves_out_what_is_known(ground: Ground, given: np.ndarray):
    spec = ground.spec(one_hot(given[:60]), excluded=ground.hashes[60:80])
    predictions = read_predictions(Path(train(spec).folder) / "predictions.safetensors")
    assert len(predictions) == 400
    assert (predictions.probabilities.argmax(1)[80:] == given[80:]).mean() > 0.95
    assert predictions.members.shape == (400, MEMBERS, 3)
    assert len(predictions.order) > 0
    assert predictions.order.min() >= 80
    assert len(set(predictions.order.tolist())) == len(predictions.order)


def test_that_equal_answers_are_refused(ground: Ground):
    with pytest.raises(UserError, match="2 answers on embedded images, and no two that differ"):
        train(ground.spec(one_hot(np.zeros(2, int))))


def test_that_the_same_seed_gives_the_same_version(tmp_path: Path):
    vectors, labels = blobs(80)
    heads, predictions = [], []
    for place in ("one", "two"):
        ground = lay_ground(tmp_path / place, vectors)
        folder = Path(train(ground.spec(one_hot(labels[:60]), seed=5)).folder)
        (file,) = folder.glob("*-v1.safetensors")
        heads.append((file.read_bytes(), (folder / "training.csv").read_text()))
        predictions.append(read_predictions(folder / "predictions.safetensors"))
    assert heads[0] == heads[1]
    for name in ("probabilities", "members", "utility", "order"):
        np.testing.assert_array_equal(getattr(predictions[0], name), getattr(predictions[1], name))


def test_that_a_score_head_answers_on_the_fixed_scale(tmp_path: Path):
    vectors, _ = blobs(240, labels=1, noise=1.0)
    score = (vectors[:, 0] - vectors[:, 0].mean()) / 12 + 0.5
    ground = lay_ground(tmp_path, vectors)
    narrow = 0.4 + 0.2 * np.clip(score, 0, 1)
    spec = ground.spec(narrow[:180, None], HeadKind.SCORE, labels=(), recipe=QUICK | {"steps": 400, "epochs": 80})
    result = train(spec)
    predictions = read_predictions(Path(result.folder) / "predictions.safetensors")
    assert predictions.probabilities.shape == (240, 1)
    assert np.abs(predictions.probabilities[180:, 0] - narrow[180:]).mean() < 0.03
    assert result.metrics.mae is not None
    assert result.metrics.mae < 0.3
    assert (result.metrics.rank_correlation or 0) > 0.5
    (file,) = Path(result.folder).glob("*-v1.safetensors")
    raw = vectors.astype(np.float16).astype(np.float32)
    np.testing.assert_allclose(run_seed(file, raw), predictions.probabilities, atol=1e-3)


def test_that_unknown_tags_teach_nothing_and_are_not_judged(tmp_path: Path):
    vectors, labels = blobs(200)
    targets = np.stack([labels == 0, labels != 1], axis=1).astype(np.float32)
    targets[::2, 1] = np.nan
    ground = lay_ground(tmp_path, vectors)
    result = train(ground.spec(targets[:120], HeadKind.TAGS, labels=("red", "not green")))
    predictions = read_predictions(Path(result.folder) / "predictions.safetensors")
    assert (predictions.probabilities[120:, 0] > 0.5).tolist() == (labels[120:] == 0).tolist()
    assert ((predictions.probabilities[120:, 1] > 0.5) == (labels[120:] != 1)).mean() > 0.9
    assert result.metrics.average_precision is not None
    assert result.metrics.average_precision > 0.95
    assert result.metrics.per_label["not green"]["n"] < 60


def test_that_a_version_says_nothing_of_a_tag_without_answers(tmp_path: Path):
    vectors, labels = blobs(150)
    targets = np.stack([labels == 0, np.full(150, np.nan)], axis=1).astype(np.float32)
    ground = lay_ground(tmp_path, vectors)
    result = train(ground.spec(targets[:60], HeadKind.TAGS, labels=("red", "unheard of")))
    said = read_predictions(Path(result.folder) / "predictions.safetensors")
    assert np.isnan(said.probabilities[:, 1]).all()
    assert np.isnan(said.members[:, :, 1]).all()
    assert not np.isnan(said.probabilities[:, 0]).any()
    assert np.isfinite(said.utility).all()


def test_that_a_weight_for_a_label_that_is_not_there_is_refused(ground: Ground, given: np.ndarray):
    with pytest.raises(UserError, match=r"weighs gren, which .* does not have; its labels are red, green, blue"):
        train(ground.spec(one_hot(given[:60]), recipe=QUICK | {"label_weights": {"gren": 0.5, "red": 2.0}}))


def test_that_a_tag_without_answers_leaves_doubt_and_agreement_as_they_are(tmp_path: Path):
    vectors, labels = blobs(200, noise=3.0)
    red = (labels == 0).astype(np.float32)[:, None]
    alone = train(lay_ground(tmp_path / "a", vectors).spec(red[:80], HeadKind.TAGS, labels=("red",)))
    unheard = np.concatenate([red, np.full((200, 6), np.nan, np.float32)], axis=1)
    names = ("red", *"abcdef")
    beside = train(lay_ground(tmp_path / "b", vectors).spec(unheard[:80], HeadKind.TAGS, labels=names))
    first, second = (read_predictions(Path(result.folder) / "predictions.safetensors") for result in (alone, beside))
    assert np.corrcoef(first.utility, second.utility)[0, 1] > 0.9
    assert beside.metrics.agreement == pytest.approx(alone.metrics.agreement, abs=0.1)


def test_that_a_version_of_a_large_pool_orders_beside_what_is_answered(tmp_path: Path, monkeypatch):
    from core.heads import pool_pass

    monkeypatch.setattr(pool_pass, "STREAM_ABOVE", 100)
    monkeypatch.setattr(pool_pass, "JUDGED_ANEW", 150)
    vectors, labels = blobs(400)
    ground = lay_ground(tmp_path, vectors)
    hidden = ground.hashes[200:300]
    result = train(ground.spec(one_hot(labels[:90]), hidden=hidden))
    said = read_predictions(Path(result.folder) / "predictions.safetensors")
    assert len(said.order) == 32
    assert not set(said.order.tolist()) & set(range(90))
    assert not set(said.order.tolist()) & set(range(200, 300))
    in_doubt = said.utility[90:][np.r_[0:110, 210:310]]
    assert np.median(said.utility[said.order]) > np.median(in_doubt)


def test_that_an_image_on_which_head_and_committee_contradict_each_other_is_in_doubt(tmp_path: Path):
    vectors, labels = blobs(200, noise=4.0)
    ground = lay_ground(tmp_path, vectors)
    said = read_predictions(Path(train(ground.spec(one_hot(labels[:60]))).folder) / "predictions.safetensors")
    contradicted = said.probabilities.argmax(1) != said.members.mean(axis=1, dtype=np.float32).argmax(1)
    assert 0 < contradicted.sum() < 100
    assert np.median(said.utility[contradicted]) > np.median(said.utility[~contradicted])


def test_that_each_tag_of_a_head_is_a_score_head_for_the_seed(tmp_path: Path):
    from safetensors.numpy import load_file, save_file

    vectors, labels = blobs(100)
    targets = np.stack([labels == 0, labels != 1], axis=1).astype(np.float32)
    ground = lay_ground(tmp_path, vectors)
    folder = Path(train(ground.spec(targets, HeadKind.TAGS, labels=("red", "not green"))).folder)
    (file,) = folder.glob("*-v1.safetensors")
    tensors = load_file(file)
    tensors["down.5.weight"], tensors["down.5.bias"] = tensors["down.5.weight"][1:], tensors["down.5.bias"][1:]
    save_file(tensors, tmp_path / "not-green.safetensors")
    raw = vectors.astype(np.float16).astype(np.float32)
    alone = run_seed(tmp_path / "not-green.safetensors", raw)[:, 0]
    np.testing.assert_allclose(alone, load_head(folder).predict(raw)[:, 1], atol=1e-5)


@pytest.mark.parametrize("combine", [Combine.MEAN, Combine.MAX])
def test_that_tiles_are_answered_one_by_one_and_combined(tmp_path: Path, combine: Combine):
    vectors, labels = blobs(150)
    tiles = vectors[:, None] + np.random.default_rng(1).normal(0, 0.5, (150, 5, vectors.shape[1]))
    ground = lay_ground(tmp_path, tiles)
    folder = Path(train(ground.spec(one_hot(labels[:90]), combine=combine)).folder)
    predictions = read_predictions(folder / "predictions.safetensors")
    raw = tiles.astype(np.float16).astype(np.float32)
    (file,) = folder.glob("*-v1.safetensors")
    each = run_seed(file, raw.reshape(750, -1)).reshape(150, 5, 3)
    np.testing.assert_allclose(
        predictions.probabilities, each.mean(1) if combine is Combine.MEAN else each.max(1), atol=1e-3
    )
    assert (predictions.probabilities.argmax(1)[90:] == labels[90:]).mean() > 0.95


def test_that_label_weights_shift_answers_towards_the_label(tmp_path: Path):
    vectors, labels = blobs(200, labels=2, noise=6.0)
    ground = lay_ground(tmp_path, vectors)
    shares = []
    for weight in (0.2, 5.0):
        recipe = QUICK | {"label_weights": {"b": weight}}
        folder = Path(train(ground.spec(one_hot(labels, 2), labels=("a", "b"), recipe=recipe)).folder)
        shares.append(read_predictions(folder / "predictions.safetensors").probabilities[:, 1].mean())
    assert shares[1] > shares[0] + 0.1


def test_that_the_seed_loop_is_a_method_too(ground: Ground, given: np.ndarray):
    recipe = {"method": "seed-loop", "hidden": 64, "steps": 60, "batch_size": 4, "learning_rate": 1e-3}
    result = train(ground.spec(one_hot(given[:40]), recipe=recipe))
    assert load_head(Path(result.folder)).network.is_shallow() is False


def test_that_an_unknown_setting_is_refused_before_anything_is_done(ground: Ground, given: np.ndarray):
    with pytest.raises(UserError, match="no setting epoch"):
        train(ground.spec(one_hot(given[:40]), recipe={"epoch": 3}))


def test_that_progress_is_told_by_stage(ground: Ground, given: np.ndarray):
    recorder = Recorder()
    train_version(ground.spec(one_hot(given[:90])), recorder, never)
    assert isinstance(recorder.events[0], JobStarted)
    stages = [event.stage for event in recorder.events if isinstance(event, JobProgress)]
    assert list(dict.fromkeys(stages)) == ["training", "committee", "predicting", "ordering", "writing"]
    assert all(
        event.total is None or event.done <= event.total
        for event in recorder.events[1:]
        if isinstance(event, JobProgress)
    )


def cancel_after(calls: int) -> Callable[[], bool]:
    left = [calls]

    def is_cancelled() -> bool:
        left[0] -= 1
        return left[0] < 0

    return is_cancelled


@pytest.mark.parametrize("calls", [0, 1, 20, 82, 83, 84, 85])
def test_that_a_cancelled_version_leaves_nothing(tmp_path: Path, calls: int):
    vectors, labels = blobs(80)
    spec = lay_ground(tmp_path, vectors).spec(one_hot(labels[:60]))
    with pytest.raises(Cancelled):
        train_version(spec, Recorder(), cancel_after(calls))
    assert not list(tmp_path.glob("heads/colour/*"))


def test_that_the_release_head_holds_its_own_on_real_photographs(shared: Path, tmp_path: Path):
    for name, wanted in (("flowers5", 0.877), ("trashnet", 0.797)):
        with np.load(shared / "embeddings" / f"mnv2_{name}.npz") as held:
            vectors, names = held["X"], held["y"]
        labels, given_labels = np.unique(names, return_inverse=True)
        ground = lay_ground(tmp_path / name, vectors)
        spec = ground.spec(one_hot(given_labels, len(labels)), labels=tuple(labels.tolist()), recipe={})
        assert Recipe() == parse_recipe(spec.recipe)
        figures = [train(replace(spec, seed=seed)).metrics for seed in range(2)]
        assert [one.n for one in figures] == [len(vectors)] * 2
        assert np.mean([one.accuracy or 0 for one in figures]) >= wanted - 0.005, name


def test_that_head_names_make_safe_file_names():
    from core.heads.version_files import head_stem

    for name in ("a/b", "..", "con?", "ü" * 200, "  ", "x\x00y"):
        stem = head_stem(name, 2)
        assert re.fullmatch(r"[^/\\<>:\"|?*\x00-\x1f]+-v2", stem)
        assert len(stem.encode()) < 100


def test_that_open_images_of_the_audit_set_are_not_asked_for_their_utility(ground: Ground, given: np.ndarray):
    result = train(replace(ground.spec(one_hot(given[:90])), audit_share=0.5))
    predictions = read_predictions(Path(result.folder) / "predictions.safetensors")
    drawn = audit_mask(hash_keys(predictions.hashes), 0.5)
    assert len(predictions.order) > 0
    assert not drawn[predictions.order].any()
