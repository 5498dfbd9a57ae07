"""Where a recipe comes from: a YAML file in our words or in the seed's, or one that comes with the program."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from core.arrays.yaml_file import parse_mapping, read_mapping
from core.errors import UserError
from core.recipes.recipe import parse_recipe, to_settings
from core.recipes.seed_config import is_seed_config, kind_of, to_recipe, unknown_settings
from core.values import HeadKind

_ENDING = ".yaml"


@dataclass(frozen=True, slots=True)
class SourcedRecipe:
    """A checked recipe with what it says of the head that it is for."""

    name: str
    settings: dict[str, Any]
    """As core.recipes.recipe.parse_recipe reads them; only what is said."""
    kind: HeadKind | None = None
    """None: any."""
    labels: tuple[str, ...] = ()
    """The labels that it weighs, in order."""
    ignored: tuple[str, ...] = ()
    """What a config of the seed says that counts for nothing here."""

    @property
    def warning(self) -> str:
        """Of what is ignored; empty where nothing is."""
        return f"{self.name}: {', '.join(self.ignored)}: not known here, so ignored" if self.ignored else ""

    def settings_for(self, kind: HeadKind) -> dict[str, Any]:
        """Raises UserError for a recipe that was written for heads of another kind."""
        if self.kind not in (None, kind):
            problem = f"the recipe {self.name} is for a {self.kind} head, not for a {kind} head"
            raise UserError(problem, "choose another recipe")
        return self.settings


def load_recipe(source: str | Path) -> SourcedRecipe:
    """`source` is a file, or the name of a recipe that comes with the program. Raises UserError."""
    file = Path(source)
    names = shipped_names()
    if str(source) in names and not file.is_file():
        return _sourced(str(source), _shipped(str(source)))
    if not file.is_file() and file.suffix.lower() not in (".yaml", ".yml"):
        raise UserError(f"there is no recipe {str(source)!r}", f"name a YAML file, or one of {', '.join(names)}")
    return _sourced(str(source), read_mapping(file, "recipe"))


def shipped_names() -> tuple[str, ...]:
    folder = resources.files("resources") / "recipes"
    return tuple(sorted(file.name.removesuffix(_ENDING) for file in folder.iterdir() if file.name.endswith(_ENDING)))


@cache
def _shipped(name: str) -> dict[Any, Any]:
    return parse_mapping((resources.files("resources") / "recipes" / f"{name}{_ENDING}").read_bytes(), name, "recipe")


def _sourced(name: str, said: dict[Any, Any]) -> SourcedRecipe:
    if is_seed_config(said):
        recipe = to_recipe(said)
        ignored = unknown_settings(said)
        return SourcedRecipe(name, to_settings(recipe), kind_of(said), tuple(recipe.label_weights), ignored)
    settings = {"name": _stem(name), **said}
    return SourcedRecipe(name, settings, None, tuple(parse_recipe(settings).label_weights))


def _stem(name: str) -> str:
    """What a recipe of one's own is called that gives itself no name."""
    return Path(name).stem.encode("utf-8", "replace").decode()
