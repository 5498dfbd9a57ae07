"""The recipe of a version in a few words: its name and what differs from the default."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from core.arrays.yaml_file import parse_mapping, read_mapping
from core.errors import UserError
from core.project.folder import recipe_file


def recipe_text(version: Path) -> str:
    """ "default", "default, epochs 30"; empty where the version in that folder was not trained here."""
    try:
        settings = read_mapping(recipe_file(version), "recipe")
    except UserError:
        return ""
    name = str(settings.get("name", "default"))
    usual = _default()
    if name != usual["name"]:
        return name
    changed = [f"{key.replace('_', ' ')} {value}" for key, value in settings.items() if _differs(value, usual.get(key))]
    return ", ".join([name, *changed])


def _differs(value: Any, usual: Any) -> bool:
    return value not in (usual, None, {}) if usual is None else value != usual


@cache
def _default() -> dict[Any, Any]:
    file = resources.files("resources") / "recipes" / "default.yaml"
    return parse_mapping(file.read_bytes(), file.name, "recipe")
