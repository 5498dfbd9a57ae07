"""A version of a head as two files that the seed's scripts run with equal answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import torch

from core.arrays.text_file import make_folder
from core.errors import UserError, Way
from core.heads.aesthetic import LinearScore
from core.heads.checkpoint import LoadedHead, load_head, save_head
from core.heads.head_config import HeadConfig
from core.heads.network import SeedNetwork
from core.heads.version_files import head_stem
from core.project import Project
from core.project.outputs import check_version
from core.project.telling import silent_outputs
from core.values import Head, HeadKind

SEED_FEATURES: Final = 768
SEED_HIDDEN: Final = 1024
"""The only widths that the seed's scripts take."""


def export_head(
    project: Project, head: Head, number: int | None, folder: Path, *, each_tag: bool = False
) -> tuple[Path, ...]:
    """The files written: `NAME-vN.safetensors` and `NAME-vN.config.json`, calibration folded into the last layer.

    The seed knows no tags: with `each_tag` every tag is also written as a score head of its own, which it can run; not
    those that may not be told (`untold_in`), as a score head has no place to say so.
    Nothing that is there already is overwritten.
    """
    chosen = head.version if number is None else number
    if chosen is None:
        raise UserError(f"{head.name} has no version yet", f"`winnow train {project.folder} {head.name}` makes one")
    check_version(project, head, chosen)
    loaded = load_head(project.folder / project.versions.get(head.head_id, chosen).folder)
    if isinstance(loaded.network, LinearScore):
        raise UserError(
            f"{head.name} v{chosen} reads embeddings of length 1, which CityClassifiers cannot",
            "train the head once more and export that version",
        )
    config = _config(project, head, loaded, chosen)
    network = at_seed_width(loaded.network)
    stem = head_stem(head.name, chosen)
    parts = {stem: (network, replace(config, hidden=network.hidden))}
    if each_tag:
        parts |= _tag_parts(stem, network, config)
    _make_room(folder, list(parts))
    return tuple(file for stem, part in parts.items() for file in save_head(folder, stem, *part))


def runs_in_the_seed(files: tuple[Path, ...]) -> bool:
    """Whether the seed's scripts, which insist on their own encoder's size, take the head."""
    network = load_head(files[0]).network
    return isinstance(network, SeedNetwork) and (network.features, network.hidden) == (SEED_FEATURES, SEED_HIDDEN)


def untold_in(files: tuple[Path, ...]) -> tuple[str, ...]:
    """Tags that the head written is silent of, and that are no score head of their own."""
    return load_head(files[0]).config.unlearned


def _config(project: Project, head: Head, loaded: LoadedHead, number: int) -> HeadConfig:
    """With the names that head and labels have now; which label an output stands for does not change."""
    names = project.heads.label_names(head.head_id)
    labels = tuple(names[label] for label in project.versions.labels(head.head_id, number))
    loaded = loaded.without(silent_outputs(project, head, number))
    renamed = dict(zip(loaded.labels, labels, strict=True))
    return replace(
        loaded.config,
        unlearned=tuple(renamed.get(name, name) for name in loaded.config.unlearned),
        name=head.name,
        rev=f"v{number}",
        labels=labels,
        version=number,
        features=loaded.features,
    )


def _tag_parts(stem: str, network: SeedNetwork, config: HeadConfig) -> dict[str, tuple[SeedNetwork, HeadConfig]]:
    """File stem -> a score head for each tag that may be told. Raises UserError for other kinds."""
    if config.kind is not HeadKind.TAGS:
        raise UserError(
            f"{config.name} is a {config.kind.value} head and has no tags", "export the head alone", Way.EACH_TAG
        )
    parts: dict[str, tuple[SeedNetwork, HeadConfig]] = {}
    base, _, version = stem.rpartition("-")
    told = [(place, label) for place, label in enumerate(config.labels) if label not in config.unlearned]
    for place, label in told:
        part = head_stem(f"{base}-{label}", 0).rpartition("-")[0]
        free = f"{part}-{version}" not in parts
        about = replace(
            config, name=f"{config.name}: {label}", kind=HeadKind.SCORE, labels=(), hidden=network.hidden, unlearned=()
        )
        parts[f"{part}-{version}" if free else f"{part}-{place}-{version}"] = (_one_output(network, place), about)
    return parts


def _one_output(network: SeedNetwork, place: int) -> SeedNetwork:
    """The same network with one row of its last layer."""
    single = SeedNetwork(features=network.features, hidden=network.hidden, outputs=1)
    tensors = network.state_dict()
    cut = {name: tensors[name][place : place + 1] for name in ("down.5.weight", "down.5.bias")}
    single.load_state_dict(tensors | cut)
    return single.eval()


def at_seed_width(network: SeedNetwork) -> SeedNetwork:
    """A narrower block on the seed's embeddings, filled up with units that say nothing; others stay as they are."""
    if network.features != SEED_FEATURES or network.hidden >= SEED_HIDDEN:
        return network
    wide = SeedNetwork(features=network.features, hidden=SEED_HIDDEN, outputs=network.outputs)
    with torch.no_grad():
        for name, parameter in wide.named_parameters():
            narrow = network.get_parameter(name)
            parameter.zero_()
            parameter[tuple(slice(size) for size in narrow.shape)] = narrow
    return wide.eval()


def _make_room(folder: Path, stems: list[str]) -> None:
    """The folder is there, and none of the files."""
    for file in (folder / f"{stem}{suffix}" for suffix in (".safetensors", ".config.json") for stem in stems):
        if file.exists():
            raise UserError(f"{file} is there already", "name another folder, or move it away")
    make_folder(folder)
