"""The seed's own training configs (`config/*.yaml`), read as our settings, with the kind and labels they are for.

model: base, rev, arch (score or class), clip (CLIP or META); train: lr, steps, batch, cosine; labels: by number, each
with name and loss. What a file leaves out is as in the seed. `clip` says which embeddings the seed read; here that is
the head's own encoder, so it changes nothing. A score head's labels count for nothing, as in the seed. What the
seed's own loader would not look at either is listed and ignored, so that any config that runs there is read here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from core.errors import UserError
from core.recipes.recipe import Method, Recipe, Schedule, parse_recipe
from core.recipes.shown import shown
from core.values import HeadKind

_SECTIONS = ("model", "train", "labels")
_MODEL = ("base", "rev", "arch", "clip")
_TRAIN = ("lr", "steps", "batch", "cosine")
_LABEL = ("name", "loss")
_ENCODERS = ("CLIP", "META")
_WEIGHT_DECAY = 0.01
"""What the seed's AdamW has by default."""
_MOST_LABELS = 1000
_LISTED = 20
"""Of the settings that are ignored."""
_RANDOM_CROPS = 8
"""Of each image, drawn from at each step; the seed makes another one each time, which would mean no cache."""


def is_seed_config(settings: Mapping[Any, Any]) -> bool:
    return "model" in settings or "train" in settings


def kind_of(config: Mapping[Any, Any]) -> HeadKind:
    arch = _section(config, "model", _MODEL).get("arch")
    if arch not in (HeadKind.SCORE.value, HeadKind.CLASS.value):
        raise UserError(f"model: arch: {shown(arch)} in the recipe", "choose score or class")
    return HeadKind(arch)


def to_recipe(config: Mapping[Any, Any]) -> Recipe:
    """Raises UserError, naming what is odd."""
    model = _section(config, "model", _MODEL)
    named: dict[str, Any] = {"name": f"{model.get('base', 'unknown')}-{model.get('rev', 'v0.0')}"}
    if kind_of(config) is HeadKind.CLASS:
        named |= {"label_weights": _label_weights(config), "random_crops": _RANDOM_CROPS}
    return parse_recipe(named | _training(_section(config, "train", _TRAIN)))


def unknown_settings(config: Mapping[Any, Any]) -> tuple[str, ...]:
    """Settings of a config that `to_recipe` reads, which it leaves out."""
    model, train = _section(config, "model", _MODEL), _section(config, "train", _TRAIN)
    found = [*_unknown("", config, _SECTIONS), *_unknown("model: ", model, _MODEL), *_unknown("train: ", train, _TRAIN)]
    if model.get("clip", _ENCODERS[0]) not in _ENCODERS:
        found.append(f"model: clip: {shown(model['clip'])}")
    if kind_of(config) is HeadKind.CLASS:
        for number, fields in _numbered(config.get("labels") or {}).items():
            found += _unknown(f"labels: {number}: ", fields, _LABEL)
    return tuple(found[:_LISTED])


def _training(train: Mapping[str, Any]) -> dict[str, Any]:
    """The seed counts steps in images, we in batches."""
    cosine = train.get("cosine", True)
    if not isinstance(cosine, bool):
        raise UserError(f"train: cosine: {shown(cosine)} in the recipe", "write True or False")
    batch = _whole("batch", train.get("batch", 1))
    steps = math.ceil(_whole("steps", train.get("steps", 100_000)) / batch)
    return {
        "method": Method.SEED_LOOP,
        "learning_rate": _above_zero("train: lr", train.get("lr", 1e-6)),
        "weight_decay": _WEIGHT_DECAY,
        "schedule": Schedule.COSINE if cosine else Schedule.WARMUP,
        "batch_size": batch,
        "steps": steps,
        "spread": 0.0,
    }


def _label_weights(config: Mapping[Any, Any]) -> dict[str, float]:
    """By name, in the order of the numbers; a label without a name is called by its number."""
    labels = _numbered(config.get("labels") or {})
    weights: dict[str, float] = {}
    for number in range(max(labels, default=-1) + 1):
        fields = labels.get(number, {})
        name = str(fields.get("name", number))
        if name in weights:
            raise UserError(f"labels: {number}: the name {shown(name)} is there twice", "choose another name")
        weights[name] = _above_zero(f"labels: {number}: loss", fields.get("loss", 1.0))
    return weights


def _numbered(labels: object) -> dict[int, Mapping[str, Any]]:
    if not isinstance(labels, Mapping):
        raise UserError(f"labels: {shown(labels)} in the recipe", "number the labels from 0, each with name and loss")
    found: dict[int, Mapping[str, Any]] = {}
    for key, fields in labels.items():
        number = int(key) if str(key).isascii() and str(key).isdecimal() and len(str(key)) <= 4 else -1
        if isinstance(key, bool) or not 0 <= number < _MOST_LABELS:
            raise UserError(f"labels: {shown(key)} in the recipe", "number the labels from 0")
        if not isinstance(fields, Mapping):
            raise UserError(f"labels: {number}: {shown(fields)} in the recipe", "give it a name and a loss")
        found[number] = fields
    return found


def _section(config: Mapping[Any, Any], name: str, known: tuple[str, ...]) -> Mapping[str, Any]:
    section = config.get(name) or {}
    if not isinstance(section, Mapping):
        raise UserError(f"{name}: {shown(section)} in the recipe", f"put {', '.join(known)} below it")
    return section


def _unknown(where: str, settings: Mapping[Any, Any], known: tuple[str, ...]) -> list[str]:
    return sorted(f"{where}{str(key)[:40]}" for key in settings if key not in known)


def _whole(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise UserError(f"train: {name}: {shown(value)} in the recipe", "give a whole number above 0")
    return value


def _above_zero(name: str, value: Any) -> float:
    """YAML 1.1 reads 7e-6 as text, as the seed knows too."""
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        raise UserError(f"{name}: {shown(value)} in the recipe", "give a number above 0")
    return number
