"""What a new head is to be, and what it is trained with, from the words of the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.cli.options import check_crops, choose
from core.errors import UserError

if TYPE_CHECKING:
    from app.cli.terminal import Terminal
    from core.project.presets import Preset
    from core.recipes.source import SourcedRecipe
    from core.values import Combine, HeadKind, Tiles


@dataclass(frozen=True, slots=True)
class HeadForm:
    kind: HeadKind
    labels: tuple[str, ...]
    """Empty for a score head."""
    tiles: Tiles
    combine: Combine
    content: bool = False
    """It asks what a picture shows, as far as that is known."""


@dataclass(frozen=True, slots=True)
class HeadOptions:
    """As they were typed; None: left out."""

    kind: str | None
    labels: str | None
    tiles: str | None
    combine: str | None


def head_form(options: HeadOptions, preset: str | None, recipe: SourcedRecipe | None) -> HeadForm:
    """What is left out is taken from the preset or the recipe, where they say it. Raises UserError."""
    from core.values import Combine, Tiles

    start = _preset_of(options, preset)
    check_crops(options.tiles, options.combine)
    kind, labels = (start.kind, tuple(start.labels)) if start else _question(options.kind, options.labels, recipe)
    return HeadForm(
        kind,
        labels,
        choose(Tiles, options.tiles or (start.tiles if start else Tiles.NONE).value, "--tiles"),
        choose(Combine, options.combine or (start.combine if start else Combine.MEAN).value, "--combine"),
        content=start is not None and start.content,
    )


def _preset_of(options: HeadOptions, preset: str | None) -> Preset | None:
    if preset is None:
        return None
    from core.project.presets import find_preset

    found = find_preset(preset)
    if options.kind is not None or options.labels is not None:
        raise UserError("--preset says kind and labels already", "leave --kind and --labels out, or --preset")
    return found


def _question(kind: str | None, labels: str | None, recipe: SourcedRecipe | None) -> tuple[HeadKind, tuple[str, ...]]:
    from core.values import HeadKind

    chosen = choose(HeadKind, kind, "--kind") if kind is not None else recipe.kind if recipe is not None else None
    if chosen is None:
        raise UserError("it is not said what the head answers", f"choose --kind {', '.join(HeadKind)}, or a --preset")
    if labels is None and recipe is not None and recipe.labels and chosen is not HeadKind.SCORE:
        return chosen, recipe.labels
    return chosen, parse_labels(chosen, labels)


def parse_labels(kind: HeadKind, text: str | None) -> tuple[str, ...]:
    """Names of the labels in order; none for a score head."""
    from core.values import HeadKind

    names = tuple(name.strip() for name in text.split(",")) if text is not None else ()
    if kind is HeadKind.SCORE:
        if names:
            raise UserError("a score head has no labels", "leave --labels out, or choose --kind class or tags")
        return ()
    if not names:
        raise UserError(f"a {kind.value} head needs labels", "name them with --labels a,b,c")
    if "" in names:
        raise UserError(f"--labels {text!r} has an empty name", "separate the names by single commas")
    return names


def find_recipe(source: str | None, terminal: Terminal) -> SourcedRecipe | None:
    """The file or the recipe of that name; None where none was asked for. What it ignores is said. Raises UserError."""
    if source is None:
        return None
    from core.recipes.source import load_recipe

    recipe = load_recipe(source)
    if recipe.warning:
        terminal.hint(f"warning: {recipe.warning}")
    return recipe


def fitting_settings(recipe: SourcedRecipe | None, kind: HeadKind) -> dict[str, Any] | None:
    """Raises UserError for a recipe that was written for heads of another kind."""
    return None if recipe is None else recipe.settings_for(kind)
