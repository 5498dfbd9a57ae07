"""The recipe of a version in a few words: its name and what differs from the default."""

from __future__ import annotations

from pathlib import Path

from core.arrays.yaml_file import read_mapping
from core.errors import UserError
from core.project.folder import recipe_file
from core.recipes.recipe import Recipe, parse_recipe, to_settings


def recipe_text(version: Path) -> str:
    """ "default", "default, epochs 30", "seed-faithful"; empty where the version in that folder came from outside."""
    try:
        recipe = parse_recipe(read_mapping(recipe_file(version), "recipe"))
    except UserError:
        return ""
    usual = Recipe()
    if recipe.name != usual.name:
        return recipe.name
    settings, default = to_settings(recipe), to_settings(usual)
    changed = [f"{key.replace('_', ' ')} {value}" for key, value in settings.items() if value != default[key]]
    return ", ".join([recipe.name, *changed])
