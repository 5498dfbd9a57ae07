"""The config.json beside a head file: the seed's keys first, then ours, read and written as one frozen value.

Seed's keys: name, rev, arch, labels, model_params. Ours say on which embeddings the head stands and how it was made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from core.arrays.text_file import write_text
from core.damaged import json_problem
from core.errors import UserError
from core.names import SEED_ENCODERS
from core.values import BRACKETS, Combine, EncoderSignature, HeadKind, Tiles
from core.wording import counted

SIZE_LIMIT = 1 << 20
_Choice = TypeVar("_Choice", bound=StrEnum)
_AGAIN = "fetch it again beside its .safetensors"


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


def write_config(path: Path, config: HeadConfig) -> Path:
    write_text(path, json.dumps(_to_json(config), indent=2, ensure_ascii=False) + "\n")
    return path


def read_config(path: Path, *, name: str, outputs: int, widths: Mapping[str, int]) -> HeadConfig:
    """`outputs` must fit the labels, and `widths`, those of the network by their names in the file, what it says.

    Without a file: a score head, or a class head whose labels are numbers.
    """
    if not path.is_file():
        kind = HeadKind.SCORE if outputs == 1 else HeadKind.CLASS
        return HeadConfig(name, "", kind, _numbered(kind, outputs))
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise ValueError("it is too large")
        config = _from_json(_object(json.loads(path.read_text(encoding="utf-8")), "it is"), name, outputs)
        _check_widths(config, widths)
    except KeyError as error:
        raise UserError(f"{path.name} is no head's config: it has no {error}", _AGAIN) from error
    except OSError as error:
        raise UserError(f"{path.name} cannot be read: {error.strerror or error}", _AGAIN) from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path.name} is no head's config: {json_problem(error)}", _AGAIN) from error
    except (TypeError, OverflowError) as error:
        raise UserError(f"{path.name} is no head's config: a value in it is of another kind", _AGAIN) from error
    if problem := _misfit(config, outputs):
        raise UserError(f"{path.name} {problem}", "they do not belong together")
    return config


def _check_widths(config: HeadConfig, widths: Mapping[str, int]) -> None:
    for key, said in (("features", config.features), ("hidden", config.hidden)):
        if said is not None and said != widths.get(key, said):
            raise ValueError(f"its {key} are {said}, those of the head {widths[key]}")


def _misfit(config: HeadConfig, outputs: int) -> str:
    """Why a head of so many outputs cannot be of this config, or nothing."""
    if config.kind is HeadKind.SCORE:
        return "" if outputs == 1 else f"is of a score head, which gives 1 value; this one gives {outputs}"
    if len(config.labels) != outputs:
        return f"names {counted(len(config.labels), 'label')}, the head answers {outputs}"
    one = config.kind is HeadKind.CLASS and outputs == 1
    return "is of a class head, which needs at least 2 labels, not 1" if one else ""


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
    kind = _one_of(HeadKind, arch, "arch")
    named = fields.get("labels")
    labels = _numbered(kind, outputs) if named is None else _labels(_object(named, "its labels are"))
    params = _object(fields.get("model_params") or {}, "its model_params are")
    calibration = _object(fields.get("calibration") or {}, "its calibration is")
    unlearned = tuple(str(name) for name in fields.get("unlearned") or ())
    if unlearned and kind is not HeadKind.TAGS:
        raise ValueError(f"a {kind} head cannot have labels that it did not learn")
    return HeadConfig(
        name=str(fields.get("name") or name),
        rev=str(fields.get("rev") or ""),
        kind=kind,
        labels=() if kind is HeadKind.SCORE else labels,
        features=_number(params, "features"),
        hidden=_number(params, "hidden"),
        signature=_signature_from_json(fields),
        combine=_one_of(Combine, fields.get("combine") or Combine.MEAN, "combine"),
        version=_number(fields, "version"),
        temperature=_number(calibration, "temperature"),
        shift=_number(calibration, "shift"),
        data=fields.get("data"),
        annotations=_number(fields, "annotations"),
        learned=None if fields.get("learned") is None else str(fields["learned"]),
        unlearned=unlearned,
        normalisation=_one_of(Normalisation, fields.get("normalisation") or Normalisation.NONE, "normalisation"),
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
        tiles=_one_of(Tiles, fields["tiles"], "tiles"),
    )


def _object(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{what} no JSON object")
    return value


def _one_of(choices: type[_Choice], value: Any, key: str) -> _Choice:
    for one in choices:
        if one.value == value:
            return one
    raise ValueError(f"its {key} is {value!r}, not one of {', '.join(one.value for one in choices)}")


def _number(fields: Mapping[str, Any], key: str) -> Any:
    value = fields.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise ValueError(f"its {key} is {value!r}, not a number")
    return value


def _labels(named: Mapping[str, Any]) -> tuple[str, ...]:
    """In the order of their numbers; two of one name would be one in every answer.

    A name that YAML took for a number or for yes and no, as in training files of the seed, is a name.
    """
    if set(named) != {str(place) for place in range(len(named))}:
        raise ValueError("its labels are not numbered from 0 on")
    labels: dict[str, str] = {}
    for place in range(len(named)):
        said = named[str(place)]
        if not isinstance(said, str | int | float) or not str(said).strip():
            raise ValueError(f"its label {place} is {said!r}, not a name")
        if str(said).casefold() in labels:
            raise ValueError(f"it has the label {said!r} twice")
        labels[str(said).casefold()] = str(said)
    return tuple(labels.values())


def _numbered(kind: HeadKind, outputs: int) -> tuple[str, ...]:
    return () if kind is HeadKind.SCORE else tuple(str(place) for place in range(outputs))
