"""The aesthetic heads of LAION: `.pth` files of linear layers on unit-length embeddings, read without running code.

Two forms were released: one linear layer, and five of them without anything nonlinear in between (the file's own
numbering leaves no place for it), which are one linear layer too. Both give about 1 to 10; a bracket here.

Letters: n = images, features = values of an embedding.
"""

from __future__ import annotations

import pickle
import struct
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from core.errors import UserError
from core.heads.head_config import HeadConfig, Normalisation
from core.values import BRACKETS, HeadKind

SUFFIX = ".pth"
FILE_LIMIT = 64 << 20
"""Bytes, unpacked. The largest released head has 3.7 million."""
FEATURES = (512, 768, 1024)
_PICKLE_LIMIT = 64 << 10
"""Bytes of the part that says what the tensors are; the released heads have some 300 to 1,000."""
_LAYERS = ("layers.0", "layers.2", "layers.4", "layers.6", "layers.7")
_WIDTHS = (1024, 128, 64, 16, 1)
_ENCODERS = {
    "b_32": "openai/clip-vit-base-patch32",
    "b_16": "openai/clip-vit-base-patch16",
    "l_14": "openai/clip-vit-large-patch14",
}
"""By what the file's name says, without regard to "-" and "_"."""
_OF_WIDTH = {768: "openai/clip-vit-large-patch14"}
_UNREADABLE = (
    *(OSError, RuntimeError, ValueError, TypeError, LookupError, AttributeError, EOFError, AssertionError),
    *(ImportError, OverflowError, MemoryError, zipfile.BadZipFile, struct.error),
)
"""What the readers of archives and pickles raise at files that are none, or that hold more than weights."""
_REMEDY = "give a linear or MLP aesthetic head as LAION released it, or a .safetensors file"


class LinearScore(nn.Module):
    """The score in 0..1 as one linear layer of the embedding, cut off at both ends."""

    outputs = 1

    def __init__(self, weight: Tensor, bias: Tensor) -> None:  # (1, features), (1,)
        super().__init__()
        self.last = nn.Linear(weight.shape[1], 1)
        self.last.load_state_dict({"weight": weight, "bias": bias})

    @property
    def features(self) -> int:
        return self.last.in_features

    def forward(self, rows: Tensor) -> Tensor:  # (n, features) -> (n, 1)
        answers: Tensor = self.last(rows)
        return answers.clamp(0.0, 1.0)


def read_aesthetic(path: Path) -> tuple[HeadConfig, LinearScore]:
    """Raises UserError, in one line, for everything that is no such head; nothing in the file is ever run."""
    tensors = _read(path)
    weight, bias = _as_one_layer(path.name, tensors)
    config = HeadConfig(
        name=path.stem,
        rev="",
        kind=HeadKind.SCORE,
        labels=(),
        features=weight.shape[1],
        normalisation=Normalisation.UNIT_LENGTH,
        made_for=_encoder_of(path.stem, weight.shape[1]),
    )
    return config, LinearScore((weight / BRACKETS).float(), (bias / BRACKETS).float()).eval()


def _read(path: Path) -> Mapping[str, Tensor]:
    try:
        _check_archive(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = torch.load(path, map_location="cpu", weights_only=True)
    except UserError:
        raise
    except pickle.UnpicklingError:
        raise UserError(f"{path.name} holds more than weights and was not opened", _REMEDY) from None
    except _UNREADABLE as error:
        raise UserError(f"{path.name} cannot be read: {_why(error)}", _REMEDY) from None
    if not isinstance(found, Mapping) or not all(isinstance(value, Tensor) for value in found.values()):
        raise UserError(f"{path.name} holds more than weights", _REMEDY)
    return {str(name): value for name, value in found.items()}


def _check_archive(path: Path) -> None:
    """An archive that unpacks to what such a head has, so that a small file cannot fill the memory."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > FILE_LIMIT:
        raise UserError(f"{path.name} unpacks to more than {FILE_LIMIT >> 20} MB", _REMEDY)
    if any(entry.file_size > _PICKLE_LIMIT for entry in entries if entry.filename.endswith(".pkl")):
        raise UserError(f"{path.name} describes more than a head has", _REMEDY)


def _as_one_layer(name: str, tensors: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Weight (1, features) and bias (1,) in float64."""
    layers = [""] if "weight" in tensors else [f"{layer}." for layer in _LAYERS]
    features = _features(name, tensors, layers[0])
    widths = (1,) if len(layers) == 1 else _WIDTHS
    _check_shapes(name, tensors, dict(zip(layers, zip(widths, (features, *widths), strict=False), strict=True)))
    weight, bias = torch.eye(features, dtype=torch.float64), torch.zeros(features, dtype=torch.float64)
    for layer in layers:
        step = tensors[f"{layer}weight"].double()
        weight, bias = step @ weight, step @ bias + tensors[f"{layer}bias"].double()
    return weight, bias


def _features(name: str, tensors: Mapping[str, Tensor], first: str) -> int:
    weight = tensors.get(f"{first}weight")
    if weight is None or weight.ndim != 2:
        raise UserError(f"{name} is no aesthetic head", "it needs the tensors weight and bias, or layers.0 to layers.7")
    if weight.shape[1] not in FEATURES:
        known = ", ".join(map(str, FEATURES))
        raise UserError(f"{name} reads {weight.shape[1]} values", f"aesthetic heads read one of {known}")
    return int(weight.shape[1])


def _check_shapes(name: str, tensors: Mapping[str, Tensor], layers: Mapping[str, tuple[int, int]]) -> None:
    """`layers`: prefix -> (outputs, inputs)."""
    wanted: dict[str, tuple[int, ...]] = {f"{layer}weight": shape for layer, shape in layers.items()}
    wanted |= {f"{layer}bias": shape[:1] for layer, shape in layers.items()}
    if tensors.keys() != wanted.keys():
        odd = min(tensors.keys() ^ wanted.keys())
        raise UserError(f"{name} is no aesthetic head: {odd} is {'missing' if odd in wanted else 'too much'}", _REMEDY)
    for tensor, shape in wanted.items():
        value = tensors[tensor]
        if tuple(value.shape) != shape:
            raise UserError(f"{name}: {tensor} is {tuple(value.shape)}", f"it needs {shape}")
        if not value.is_floating_point() or not bool(torch.isfinite(value.float()).all()):
            raise UserError(f"{name}: {tensor} holds values that are not finite numbers", "fetch the file again")


def _encoder_of(stem: str, features: int) -> str | None:
    plain = stem.lower().replace("-", "").replace("_", "")
    named = (encoder for mark, encoder in _ENCODERS.items() if mark.replace("_", "") in plain)
    return next(named, _OF_WIDTH.get(features))


def _why(error: BaseException) -> str:
    told = error.strerror if isinstance(error, OSError) else None
    return told or "it is damaged, or no file of weights"
