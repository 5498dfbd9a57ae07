"""Recipes: training settings as a typed value; unknown keys and odd values are refused by name."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from core.arrays.text_file import write_text
from core.errors import UserError
from core.recipes.shown import shown
from core.values import Head


class Method(StrEnum):
    """How a release head is trained."""

    COMPACT = "compact"
    """Few epochs on principal components, in large batches, then written into the seed's layers (core.heads.fit)."""
    SEED_LOOP = "seed-loop"
    """The seed's own loop with its faults corrected (core.heads.seed_loop): slow, kept as the baseline."""


class Schedule(StrEnum):
    COSINE = "cosine"
    """From the learning rate to 0."""
    WARMUP = "warmup"
    """Linear from a tenth of the learning rate over the first 5,000 images, then constant."""


class ClassWeights(StrEnum):
    NONE = "none"
    BALANCED = "balanced"
    """Each label counts the same in sum, however many images it has, and each tag however many answered it."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The default recipe where nothing else is said."""

    name: str = "default"
    """What versions trained by it are listed under; of a file that says none, the file's own name."""
    method: Method = Method.COMPACT
    """Few epochs on principal components; or the seed's own loop with its faults corrected, which is slow."""
    hidden: int | None = None
    """Width of the block; None: 1024 for up to 768 values, as in the seed."""
    components: int = 512
    """Principal components that a compact head is trained on."""
    parts: int = 8
    """Parts of a compact head that learn apart and answer together."""
    units: int = 128
    """Units of the block that each part trains; fewer where the block is too narrow."""
    learning_rate: float = 4e-3
    """Of AdamW, at its highest."""
    weight_decay: float = 0.05
    """Of AdamW."""
    schedule: Schedule = Schedule.COSINE
    """The learning rate falls to 0 as a cosine; or rises over the first 5,000 images and stays."""
    batch_size: int = 64
    """Images a step."""
    epochs: int = 15
    """Times that every image is gone through."""
    steps: int = 300
    """Batches; whichever of `epochs` and `steps` ends first."""
    teacher: float = 0.7
    """Share of the live head's left-out answer in a score head's targets (core.heads.teacher), 0 to 1."""
    open_images: int = 3
    """Open images for each answer, 1,000 at least, learned as the live head sees them; not of tiles."""
    spread: float = 0.5
    """How far scores are drawn apart: 0 has the least error, 1 spreads them as the answers (core.heads.calibrate)."""
    random_crops: int = 0
    """Crops at places of chance that an annotated image of a five-crop head is taught by, beside its five."""
    class_weights: ClassWeights = ClassWeights.NONE
    """Each image counts the same; or each label does, however many images it has."""
    label_weights: Mapping[str, float] = field(default_factory=dict)
    """Weight of a label's images in the loss, by its name in any letter case; 1 for labels that are not named."""
    folds: int = 5
    """Parts that the answers are cut into; each is judged by heads taught by the others."""
    judged: int = 2000
    """Images that are judged out of fold, at least (in whole folds): the rest of a large set would only cost time."""


def parse_recipe(settings: Mapping[str, Any]) -> Recipe:
    """A recipe from parsed YAML or JSON; {} is the default. Raises UserError."""
    known = {setting.name for setting in dataclasses.fields(Recipe)}
    unknown = sorted(str(key)[:40] for key in settings if key not in known)
    if unknown:
        raise UserError(f"a recipe has no setting {', '.join(unknown)}", f"the settings are {', '.join(sorted(known))}")
    return Recipe(**{key: _READERS[key](key, value) for key, value in settings.items()})


def check_label_weights(recipe: Recipe, head: Head) -> None:
    """Raises UserError for a weight of a label that the head does not have: it would count for nothing."""
    names = [label.name for label in head.labels]
    meant = _labels_meant(recipe, names)
    unknown = sorted(name for name in recipe.label_weights if name not in meant)
    if unknown:
        has = f"its labels are {', '.join(names)}" if names else "a score head has no labels"
        raise UserError(f"the recipe weighs {', '.join(unknown)}, which {head.name!r} does not have", has)


def weights_of_labels(recipe: Recipe, head: Head) -> list[float]:
    """Of each label of the head, in order; 1 where the recipe does not name it."""
    meant = _labels_meant(recipe, [label.name for label in head.labels])
    weights = {meant[name]: weight for name, weight in recipe.label_weights.items() if name in meant}
    return [weights.get(label.name, 1.0) for label in head.labels]


def _labels_meant(recipe: Recipe, names: Sequence[str]) -> dict[str, str]:
    """Name in the recipe -> label of the head: the same, or the only one that differs in letter case alone."""
    meant = {name: name for name in recipe.label_weights if name in names}
    here = Counter(name.casefold() for name in names)
    there = Counter(name.casefold() for name in recipe.label_weights)
    by_letters = {name.casefold(): name for name in names}
    for name in recipe.label_weights:
        if here[name.casefold()] == there[name.casefold()] == 1:
            meant[name] = by_letters[name.casefold()]
    return meant


def to_settings(recipe: Recipe) -> dict[str, Any]:
    """Plain values of every setting, for YAML and for specs."""
    settings = dataclasses.asdict(recipe)
    return {key: str(value) if isinstance(value, StrEnum) else value for key, value in settings.items()}


def write_recipe(path: Path, recipe: Recipe) -> None:
    write_text(path, yaml.safe_dump(to_settings(recipe), sort_keys=False, allow_unicode=True))


Reader = Callable[[str, Any], Any]


def _whole(low: int, high: int) -> Reader:
    def read(key: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise UserError(f"{key}: {shown(value)} in the recipe", f"give a whole number from {low:,} to {high:,}")
        return value

    return read


def _positive(key: str, value: Any) -> float:
    number = _number(key, value)
    if number <= 0:
        raise UserError(f"{key}: {shown(value)} in the recipe", "give a number above 0")
    return number


def _number(key: str, value: Any) -> float:
    """YAML 1.1 reads 1e-3 as text, so numbers in quotes are let through."""
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise UserError(f"{key}: {shown(value)} in the recipe", "give a number, 0 or more")
    return number


def _share(key: str, value: Any) -> float:
    share = _number(key, value)
    if share > 1:
        raise UserError(f"{key}: {shown(value)} in the recipe", "give a number from 0 to 1")
    return share


def _one_of(choices: type[StrEnum]) -> Reader:
    def read(key: str, value: Any) -> StrEnum:
        try:
            return choices(value)
        except ValueError:
            raise UserError(f"{key}: {shown(value)} in the recipe", f"choose {' or '.join(choices)}") from None

    return read


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UserError(f"{key}: {shown(value)} in the recipe", "give some text")
    return value


def _hidden(key: str, value: Any) -> int | None:
    return None if value is None else int(_whole(64, 8192)(key, value))


def _label_weights(key: str, value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping):
        raise UserError(f"{key}: {shown(value)} in the recipe", "give a weight for each label, as 'label: 0.5'")
    return {str(label): _positive(f"{key}, {label}", weight) for label, weight in value.items()}


_READERS: Mapping[str, Reader] = {
    "name": _text,
    "method": _one_of(Method),
    "hidden": _hidden,
    "components": _whole(8, 8192),
    "parts": _whole(1, 64),
    "units": _whole(1, 8192),
    "learning_rate": _positive,
    "weight_decay": _number,
    "schedule": _one_of(Schedule),
    "batch_size": _whole(1, 65536),
    "epochs": _whole(1, 100_000),
    "steps": _whole(1, 10_000_000),
    "teacher": _share,
    "open_images": _whole(0, 16),
    "spread": _share,
    "random_crops": _whole(0, 64),
    "class_weights": _one_of(ClassWeights),
    "label_weights": _label_weights,
    "folds": _whole(2, 50),
    "judged": _whole(1, 10_000_000),
}
