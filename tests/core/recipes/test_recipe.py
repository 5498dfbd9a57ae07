"""Recipes: typed, checked, and those that come with the program."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.recipes.recipe import (
    ClassWeights,
    Method,
    Recipe,
    Schedule,
    check_label_weights,
    parse_recipe,
    to_settings,
    weights_of_labels,
    write_recipe,
)
from core.recipes.source import load_recipe
from core.values import Combine, Head, HeadId, HeadKind, Label, LabelId, Tiles


def shipped(name: str) -> Recipe:
    return parse_recipe(load_recipe(name).settings)


def a_head(*labels: str) -> Head:
    named = tuple(Label(LabelId(number), name) for number, name in enumerate(labels))
    return Head(HeadId(1), "head", HeadKind.CLASS, named, "signal", Tiles.NONE, Combine.MEAN, None)


def test_that_nothing_said_is_the_default():
    assert parse_recipe({}) == Recipe()
    assert shipped("default") == Recipe()


def test_that_labels_are_weighed_whatever_their_letter_case():
    head = a_head("pass", "jpeg", "webp")
    recipe = Recipe(label_weights={"Pass": 1.0, "JPEG": 0.85, "webp": 0.65})
    check_label_weights(recipe, head)
    assert weights_of_labels(recipe, head) == [1.0, 0.85, 0.65]


@pytest.mark.parametrize(
    ("labels", "weights"),
    [(("cat", "Cat"), {"CAT": 2.0}), (("cat", "dog"), {"Cat": 2.0, "CAT": 3.0}), (("cat", "dog"), {"cow": 2.0})],
)
def test_that_a_weight_that_could_mean_two_labels_or_none_is_refused(
    labels: tuple[str, ...], weights: dict[str, float]
):
    with pytest.raises(UserError, match="the recipe weighs"):
        check_label_weights(Recipe(label_weights=weights), a_head(*labels))


def test_that_labels_that_differ_in_letter_case_alone_are_weighed_each_by_its_own_name():
    recipe = Recipe(label_weights={"cat": 2.0, "Cat": 3.0})
    check_label_weights(recipe, a_head("Cat", "cat"))
    assert weights_of_labels(recipe, a_head("Cat", "cat")) == [3.0, 2.0]


def test_that_an_unknown_setting_is_refused_by_name():
    with pytest.raises(UserError, match="no setting epoch, lr; the settings are batch_size"):
        parse_recipe({"epoch": 3, "lr": 0.1, "steps": 5})


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("steps", 0),
        ("steps", 1.5),
        ("steps", True),
        ("learning_rate", -1),
        ("learning_rate", "fast"),
        ("learning_rate", float("nan")),
        ("method", "magic"),
        ("label_weights", [1]),
        ("label_weights", {"a": 0}),
        ("teacher", 1.5),
        ("random_crops", 65),
        ("folds", 1),
        ("name", ""),
    ],
)
def test_that_an_odd_value_is_refused_with_its_setting(setting: str, value: object):
    with pytest.raises(UserError, match=f"{setting}.*in the recipe"):
        parse_recipe({setting: value})


def test_that_the_seeds_presets_have_its_settings():
    aberration, compression, taste = (
        shipped(f"seed-{name}") for name in ("chromatic-aberration-v1.16", "compression-v1.5", "aesthetics-v1.8")
    )
    assert {recipe.method for recipe in (aberration, compression, taste)} == {Method.SEED_LOOP}
    assert (aberration.learning_rate, aberration.steps, aberration.batch_size) == (1.5e-6, 30_000, 1)
    assert aberration.label_weights == {"Pass": 1.0, "Chromatic Aberration": 0.5}
    assert (compression.learning_rate, compression.steps) == (2.7e-6, 40_000)
    assert compression.label_weights == {"Pass": 1.0, "JPEG": 0.85, "WEBP": 0.65}
    assert (taste.learning_rate, taste.steps, taste.label_weights) == (7e-6, 100_000, {})
    assert {recipe.weight_decay for recipe in (aberration, compression, taste)} == {0.01}
    assert {recipe.schedule for recipe in (aberration, compression, taste)} == {Schedule.COSINE}
    assert [recipe.random_crops for recipe in (aberration, compression, taste)] == [8, 8, 0]


@given(
    st.builds(
        Recipe,
        name=st.text(st.characters(categories=["L"]), min_size=1),
        method=st.sampled_from(Method),
        schedule=st.sampled_from(Schedule),
        class_weights=st.sampled_from(ClassWeights),
        learning_rate=st.floats(1e-9, 10),
        steps=st.integers(1, 10_000_000),
        hidden=st.none() | st.integers(64, 8192),
        label_weights=st.dictionaries(st.text(min_size=1), st.floats(0.01, 10), max_size=3),
    )
)
def test_that_settings_come_back_as_the_same_recipe(recipe: Recipe):
    assert parse_recipe(to_settings(recipe)) == recipe


def test_that_a_written_recipe_reads_back(tmp_path: Path):
    recipe = Recipe(name="häufig", learning_rate=1e-7, label_weights={"Pass": 0.5})
    write_recipe(tmp_path / "recipe.yaml", recipe)
    assert parse_recipe(load_recipe(tmp_path / "recipe.yaml").settings) == recipe


def test_that_a_number_as_yaml_reads_it_is_understood(tmp_path: Path):
    (tmp_path / "r.yaml").write_text("learning_rate: 1e-3\n")
    assert parse_recipe(load_recipe(tmp_path / "r.yaml").settings).learning_rate == 0.001


@pytest.mark.parametrize("text", ["- 1\n", "a: [", "!!python/object/apply:os.system ['true']", "steps: 0"])
def test_that_a_file_that_is_no_recipe_is_refused_in_one_line(tmp_path: Path, text: str):
    (tmp_path / "r.yaml").write_text(text)
    with pytest.raises(UserError) as refused:
        load_recipe(tmp_path / "r.yaml")
    assert "\n" not in str(refused.value)


def test_that_an_empty_file_is_the_default_under_its_own_name(tmp_path: Path):
    (tmp_path / "r.yaml").write_text("# nothing\n")
    assert parse_recipe(load_recipe(tmp_path / "r.yaml").settings) == Recipe(name="r")


def test_that_a_file_that_gives_itself_no_name_is_called_after_the_file(tmp_path: Path):
    (tmp_path / "long run.yaml").write_text("epochs: 30\n")
    (tmp_path / "other.yaml").write_text("name: mine\nepochs: 30\n")
    recipes = [parse_recipe(load_recipe(tmp_path / name).settings) for name in ("long run.yaml", "other.yaml")]
    assert recipes == [Recipe(name="long run", epochs=30), Recipe(name="mine", epochs=30)]


def test_that_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(UserError, match="cannot read the recipe"):
        load_recipe(tmp_path / "gone.yaml")
