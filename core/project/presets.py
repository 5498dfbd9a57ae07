"""Ready-made questions: heads that begin with a kind and labels, each with a line that says what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from core.arrays.yaml_file import parse_mapping
from core.errors import UserError
from core.values import Combine, HeadKind, Tiles

_ENDING = ".yaml"


@dataclass(frozen=True, slots=True)
class Preset:
    name: str
    kind: HeadKind
    says: str
    labels: Mapping[str, str]
    """What each means, by name, in the order of their keys."""
    tiles: Tiles = Tiles.NONE
    combine: Combine = Combine.MEAN
    content: bool = True
    """It asks what a picture shows, which an encoder of faults cannot tell."""


def preset_names() -> tuple[str, ...]:
    folder = resources.files("resources") / "presets"
    return tuple(sorted(file.name.removesuffix(_ENDING) for file in folder.iterdir() if file.name.endswith(_ENDING)))


def find_preset(name: str) -> Preset:
    """Raises UserError that lists what there is."""
    names = preset_names()
    if name not in names:
        raise UserError(f"there is no preset {name!r}", f"choose one of {', '.join(names)}")
    file = resources.files("resources") / "presets" / f"{name}{_ENDING}"
    return _preset(name, parse_mapping(file.read_bytes(), name, "preset"))


@cache
def all_presets() -> tuple[Preset, ...]:
    return tuple(find_preset(name) for name in preset_names())


def _preset(name: str, said: Mapping[str, Any]) -> Preset:
    return Preset(
        name=name,
        kind=HeadKind(said["kind"]),
        says=said["says"],
        labels={str(label): str(meaning) for label, meaning in said["labels"].items()},
        tiles=Tiles(said.get("tiles", Tiles.NONE)),
        combine=Combine(said.get("combine", Combine.MEAN)),
        content=bool(said.get("content", True)),
    )
