"""Heads made and trained by a recipe: a file of ours or of the seed's, or one that ships."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import yaml

from core.heads.remarks import trainings_text
from core.project.presets import preset_names
from core.recipes.recipe import parse_recipe
from core.recipes.source import load_recipe, shipped_names

SEED = """
model: {base: Colours, rev: v1, arch: class, clip: CLIP}
train: {lr: 1e-4, steps: 40, batch: 1, cosine: True}
labels:
  0: {name: red, loss: 1.0}
  1: {name: green, loss: 0.5}
  2: {name: blue, loss: 0.5}
"""


def seed_file(folder: Path, text: str = SEED) -> Path:
    (folder / "seed.yaml").write_text(text)
    return folder / "seed.yaml"


def test_that_a_config_of_the_seed_names_kind_and_labels_of_a_new_head(winnow, world, tmp_path):
    ran = winnow(
        "head", "add", world.project, "seeded", "--recipe", seed_file(tmp_path), "--encoder", "signal", "--json"
    )
    assert ran.code == 0
    assert (ran.json["kind"], ran.json["labels"]) == ("class", ["red", "green", "blue"])


def test_that_training_follows_the_config_and_keeps_it_with_the_version(winnow, world, tmp_path):
    assert winnow("annotate", world.project, "colour", "--from", world.half, "--quiet").code == 0
    ran = winnow("train", world.project, "colour", "--recipe", seed_file(tmp_path), "--quiet")
    assert ran.code == 0, ran.err
    kept = yaml.safe_load((world.project / "heads" / "colour" / "v1" / "recipe.yaml").read_text())
    assert (kept["name"], kept["method"], kept["steps"]) == ("Colours-v1", "seed-loop", 40)
    assert kept["label_weights"] == {"red": 1.0, "green": 0.5, "blue": 0.5}


def test_that_the_loop_of_the_seed_says_first_how_often_it_trains(winnow, world, tmp_path):
    winnow("annotate", world.project, "colour", "--from", world.half, "--quiet")
    lines = winnow("train", world.project, "colour", "--recipe", seed_file(tmp_path)).err.splitlines()
    says = "6 trainings of 40 steps: the head, and one more to judge each of 5 folds; 240 steps in all"
    assert lines[1] == says, lines
    assert lines[0].startswith("training colour v1 on ")


def test_that_a_loop_of_hours_says_so_first():
    recipe = parse_recipe(load_recipe("seed-faithful").settings)
    assert trainings_text(recipe, 5, 0).endswith("; 600,000 steps in all, which take hours")
    assert "hours" not in trainings_text(replace(recipe, steps=1000), 5, 0)


def test_that_a_recipe_for_another_kind_is_refused(winnow, world, tmp_path):
    file = seed_file(tmp_path, "model: {arch: score}")
    ran = winnow("train", world.project, "colour", "--recipe", file)
    assert ran.code == 2
    assert "is for a score head, not for a class head" in ran.err
    ran = winnow("head", "add", world.project, "x", "--kind", "tags", "--labels", "a", "--recipe", file)
    assert ran.code == 2


def test_that_an_unknown_recipe_is_refused_with_the_names_there_are(winnow, world):
    ran = winnow("train", world.project, "colour", "--recipe", "magic")
    assert ran.code == 2
    assert all(name in ran.err for name in shipped_names())


def test_that_a_head_without_a_kind_is_refused(winnow, world):
    ran = winnow("head", "add", world.project, "x")
    assert ran.code == 2
    assert "--kind" in ran.err


def test_that_the_help_names_every_recipe_that_ships(winnow):
    said = "".join(winnow("train", "--help").out.split())  # long words are broken over lines
    assert all(name in said for name in shipped_names())


def test_that_a_preset_makes_a_head_with_its_labels(winnow, world):
    ran = winnow("head", "add", world.project, "angles", "--preset", "camera-angle", "--encoder", "signal", "--json")
    assert ran.code == 0
    assert (ran.json["kind"], ran.json["labels"][:2]) == ("tags", ["eye level", "low angle"])
    ran = winnow("head", "add", world.project, "noise", "--preset", "noise", "--combine", "mean", "--json")
    assert (ran.json["tiles"], ran.json["combine"]) == ("five-crop", "mean")


def test_that_a_preset_is_refused_beside_labels_or_under_an_unknown_name(winnow, world):
    ran = winnow("head", "add", world.project, "x", "--preset", "noise", "--kind", "tags")
    assert ran.code == 2
    assert "--preset says kind and labels already" in ran.err
    ran = winnow("head", "add", world.project, "x", "--preset", "mood")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "composition" in ran.err


def test_that_the_help_names_every_preset(winnow):
    said = "".join(winnow("head", "add", "--help").out.split())
    assert all(name in said for name in preset_names())
