"""Configs as the seed's trainer reads them, loaded as recipes of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import UserError
from core.recipes.recipe import Method, Schedule, parse_recipe
from core.recipes.source import load_recipe, shipped_names
from core.values import HeadKind

COMPRESSION = """
model:
  base: "CCAnime-Compression"
  rev: "v1.5"
  arch: class
  clip: CLIP
train:
  lr: 2.7e-6   # as YAML 1.1 has it
  steps: 40000
  batch: 1
  cosine: True
labels:
  0: {name: "Pass", loss: 1.0}
  1: {name: "JPEG", loss: 0.85}
  2: {name: "WEBP", loss: 0.65}
"""
SCORE = "model: {base: Taste, rev: v2, arch: score}\ntrain: {lr: 7e-6, steps: 1001, batch: 4, cosine: False}\n"


def written(folder: Path, text: str) -> Path:
    (folder / "seed.yaml").write_text(text, encoding="utf-8")
    return folder / "seed.yaml"


def test_that_a_config_of_the_seed_becomes_the_recipe_that_ships_for_it(tmp_path: Path):
    found = load_recipe(written(tmp_path, COMPRESSION))
    assert (found.kind, found.labels) == (HeadKind.CLASS, ("Pass", "JPEG", "WEBP"))
    shipped = parse_recipe(load_recipe("seed-compression-v1.5").settings)
    ours = parse_recipe(found.settings)
    for setting in (
        "name",
        "method",
        "learning_rate",
        "weight_decay",
        "schedule",
        "batch_size",
        "steps",
        "random_crops",
    ):
        assert getattr(ours, setting) == getattr(shipped, setting)
    assert ours.label_weights == shipped.label_weights


def test_that_steps_of_the_seed_are_images_and_ours_are_batches(tmp_path: Path):
    found = load_recipe(written(tmp_path, SCORE))
    recipe = parse_recipe(found.settings)
    assert (found.kind, found.labels) == (HeadKind.SCORE, ())
    assert (recipe.name, recipe.steps, recipe.batch_size) == ("Taste-v2", 251, 4)
    assert (recipe.method, recipe.schedule) == (Method.SEED_LOOP, Schedule.WARMUP)


def test_that_what_a_config_leaves_out_is_as_in_the_seed(tmp_path: Path):
    found = load_recipe(written(tmp_path, "model: {arch: class}\nlabels: {2: {loss: 0.5}}\n"))
    recipe = parse_recipe(found.settings)
    assert (recipe.learning_rate, recipe.steps, recipe.batch_size) == (1e-6, 100_000, 1)
    assert recipe.label_weights == {"0": 1.0, "1": 1.0, "2": 0.5}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("train: {lr: 1}", "model: arch: None"),
        ("model: {arch: tags}", "model: arch: 'tags'"),
        ("model: [1]", "model: \\[1\\]"),
        ("model: {arch: class}\ntrain: {lr: -1}", "train: lr: -1"),
        ("model: {arch: class}\ntrain: {steps: 0}", "train: steps: 0"),
        ("model: {arch: class}\ntrain: {cosine: maybe}", "train: cosine: 'maybe'"),
        ("model: {arch: class}\nlabels: {a: {}}", "labels: 'a'"),
        ("model: {arch: class}\nlabels: {99999999: {}}", "labels: 99999999"),
        ("model: {arch: class}\nlabels: {0: Pass}", "labels: 0: 'Pass'"),
        ("model: {arch: class}\nlabels: {0: {loss: 0}}", "labels: 0: loss: 0"),
        ("model: {arch: class}\nlabels: {0: {name: a}, 1: {name: a}}", "is there twice"),
        ("steps: !!python/object/apply:os.system ['true']", "is not YAML"),
        ("a: 1\nb: [1", "is not YAML: line 2: expected ',' or ']', but got '<stream end>'; write one"),
        ("a: " + "x" * 70_000, "too large"),
    ],
)
def test_that_what_is_odd_is_refused_by_name_in_one_line(tmp_path: Path, text: str, said: str):
    with pytest.raises(UserError, match=said) as refused:
        load_recipe(written(tmp_path, text))
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    ("text", "ignored"),
    [
        ("model: {arch: class, speed: 3}", ("model: speed",)),
        ("model: {arch: class}\noptimiser: adam\n3: 4", ("3", "optimiser")),
        ("model: {arch: score, clip: BERT}", ("model: clip: 'BERT'",)),
        ("model: {arch: class}\ntrain: {momentum: 1, lr: 1e-5}", ("train: momentum",)),
        ("model: {arch: class}\nlabels: {0: {name: a, weight: 1}}", ("labels: 0: weight",)),
        ("model: {arch: score}\nlabels: {0: {name: a, weight: 1}}", ()),
    ],
)
def test_that_what_the_seed_would_not_look_at_either_is_ignored_and_told(tmp_path: Path, text: str, ignored):
    found = load_recipe(written(tmp_path, text))
    assert found.ignored == ignored
    assert parse_recipe(found.settings).method is Method.SEED_LOOP
    assert found.warning.endswith(f"{', '.join(ignored)}: not known here, so ignored" if ignored else "")


def test_that_what_is_ignored_is_listed_to_a_bound(tmp_path: Path):
    many = "\n".join(f"setting{number}: {number}" for number in range(200))
    assert len(load_recipe(written(tmp_path, f"model: {{arch: score}}\n{many}")).ignored) == 20


def test_that_a_file_that_multiplies_itself_is_refused_in_one_short_line(tmp_path: Path):
    levels = "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12))
    with pytest.raises(UserError) as refused:
        load_recipe(written(tmp_path, f"a0: &a0 [x]\n{levels}\nmodel: {{arch: *a11}}\n"))
    assert len(str(refused.value)) < 500


def test_that_a_recipe_goes_by_the_name_it_ships_under_and_others_are_listed():
    assert set(shipped_names()) == {
        "default",
        "seed-aesthetics-v1.8",
        "seed-chromatic-aberration-v1.16",
        "seed-compression-v1.5",
        "seed-faithful",
    }
    assert parse_recipe(load_recipe("seed-faithful").settings).method is Method.SEED_LOOP
    with pytest.raises(UserError, match="there is no recipe 'seed'; name a YAML file, or one of default"):
        load_recipe("seed")
