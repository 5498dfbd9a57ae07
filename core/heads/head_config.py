"""The config.json beside a head file: the seed's keys first, then ours, read and written as one frozen value.

Seed's keys: name, rev, arch, labels, model_params. Ours say on which embeddings the head stands and how it was made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from core.arrays.text_file import write_text
from core.errors import UserError
from core.names import SEED_ENCODERS
from core.values import BRACKETS, Combine, EncoderSignature, HeadKind, Tiles

SIZE_LIMIT = 1 << 20


class Normalisation(StrEnum):
    """What is done to an embedding before the network."""

    NONE = "none"
    """Taken as the encoder made it; what centring and scaling training used is folded into up.0."""
    UNIT_LENGTH = "unit-length"
    """Divided by its length: the aesthetic heads of LAION."""


@dataclass(frozen=True, slots=True)
class HeadConfig:
    """What a head file does not say by its tensors. None: the file is not ours, or does not say."""

    name: str
    rev: str
    kind: HeadKind
    labels: tuple[str, ...]
    features: int | None = None
    hidden: int | None = None
    signature: EncoderSignature | None = None
    combine: Combine = Combine.MEAN
    version: int | None = None
    temperature: float | None = None
    """Folded into down.5 already; kept to say that it was done."""
    shift: float | None = None
    """Folded too; score heads only."""
    data: str | None = None
    """Digest of the annotated images and their answers."""
    annotations: int | None = None
    learned: str | None = None
    """Which images, as core.arrays.learned writes them."""
    unlearned: tuple[str, ...] = ()
    """Tags that no answer spoke of, or none said no to: what a network makes of them is nobody's opinion."""
    normalisation: Normalisation = Normalisation.NONE
    made_for: str | None = None
    """Id of the encoder it was made for, where no signature says more."""

    def encoder(self, features: int) -> str | None:
        """Id of the encoder whose embeddings of `features` values the head reads, as far as can be known."""
        return self.signature.encoder if self.signature else self.made_for or SEED_ENCODERS.get(features)


def config_path(file: Path) -> Path:
    return file.with_name(f"{file.stem}.config.json")


def write_config(path: Path, config: HeadConfig) -> Path:
    write_text(path, json.dumps(_to_json(config), indent=2, ensure_ascii=False) + "\n")
    return path


def read_config(path: Path, *, name: str, outputs: int) -> HeadConfig:
    """`outputs` must fit the labels. Without a file: a score head, or a class head whose labels are numbers."""
    if not path.is_file():
        kind = HeadKind.SCORE if outputs == 1 else HeadKind.CLASS
        return HeadConfig(name, "", kind, _numbered(kind, outputs))
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise ValueError("it is too large")
        fields = json.loads(path.read_text(encoding="utf-8"))
        config = _from_json(fields, name, outputs)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UserError(
            f"{path.name} is no head's config: {error}", "fetch it again beside its .safetensors"
        ) from error
    wanted = 1 if config.kind is HeadKind.SCORE else len(config.labels)
    if wanted != outputs:
        raise UserError(f"{path.name} names {wanted} labels, the head answers {outputs}", "they do not belong together")
    return config


def _to_json(config: HeadConfig) -> dict[str, Any]:
    numbered = {str(place): label for place, label in enumerate(config.labels)}
    outputs = 1 if config.kind is HeadKind.SCORE else len(config.labels)
    seed = {
        "name": config.name,
        "rev": config.rev,
        "arch": config.kind.value,
        "labels": numbered or None,
        "model_params": {"features": config.features, "hidden": config.hidden, "outputs": outputs},
    }
    scale = {"low": 0, "high": BRACKETS} if config.kind is HeadKind.SCORE else None
    return seed | {
        "version": config.version,
        "annotations": config.annotations,
        "data": config.data,
        "learned": config.learned,
        "unlearned": list(config.unlearned),
        **_signature_to_json(config.signature, config.made_for),
        "normalisation": config.normalisation.value,
        "combine": config.combine.value,
        "scale": scale,
        "calibration": {"temperature": config.temperature, "shift": config.shift, "folded": True},
    }


def _from_json(fields: Mapping[str, Any], name: str, outputs: int) -> HeadConfig:
    arch = fields.get("arch") or ("score" if outputs == 1 else "class")
    kind = HeadKind(arch)
    named = fields.get("labels")
    labels = _numbered(kind, outputs) if named is None else tuple(str(named[str(i)]) for i in range(len(named)))
    params = fields.get("model_params") or {}
    calibration = fields.get("calibration") or {}
    unlearned = tuple(str(name) for name in fields.get("unlearned") or ())
    if unlearned and kind is not HeadKind.TAGS:
        raise ValueError(f"a {kind} head cannot have labels that it did not learn")
    return HeadConfig(
        name=str(fields.get("name") or name),
        rev=str(fields.get("rev") or ""),
        kind=kind,
        labels=() if kind is HeadKind.SCORE else labels,
        features=params.get("features"),
        hidden=params.get("hidden"),
        signature=_signature_from_json(fields),
        combine=Combine(fields.get("combine") or Combine.MEAN),
        version=fields.get("version"),
        temperature=calibration.get("temperature"),
        shift=calibration.get("shift"),
        data=fields.get("data"),
        annotations=fields.get("annotations"),
        learned=None if fields.get("learned") is None else str(fields["learned"]),
        unlearned=unlearned,
        normalisation=Normalisation(fields.get("normalisation") or Normalisation.NONE),
        made_for=str(fields.get("made_for") or "") or None,
    )


def _signature_to_json(signature: EncoderSignature | None, made_for: str | None) -> dict[str, Any]:
    if signature is None:
        return {"encoder": None, "made_for": made_for}
    return {
        "encoder": signature.encoder,
        "encoder_key": signature.key,
        "revision": signature.revision,
        "preprocessing": signature.preprocessing,
        "dim": signature.dim,
        "tiles": signature.tiles.value,
    }


def _signature_from_json(fields: Mapping[str, Any]) -> EncoderSignature | None:
    if fields.get("encoder") is None:
        return None
    return EncoderSignature(
        encoder=str(fields["encoder"]),
        key=str(fields["encoder_key"]),
        revision=str(fields["revision"]),
        preprocessing=str(fields["preprocessing"]),
        dim=int(fields["dim"]),
        tiles=Tiles(fields["tiles"]),
    )


def _numbered(kind: HeadKind, outputs: int) -> tuple[str, ...]:
    return () if kind is HeadKind.SCORE else tuple(str(place) for place in range(outputs))
