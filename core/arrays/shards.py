"""One shard of embeddings: some images' vectors with their hashes and the encoder that made them.

Shapes: images = rows of the shard, tiles = crops of an image embedded apart, dim = values of a vector.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import HASH_BYTES
from core.arrays.tensor_file import TensorPlace, read_header, read_tensor_into, write_tensors
from core.errors import READABLE, REMADE, EnvironmentProblem, Unreadable
from core.values import EncoderSignature, Tiles

_NAME = re.compile(r"(\d{6,})\.safetensors")
_RANDOM_CROPS = "random-crops"
_LEFT_OVER = re.compile(r"\.\d{6,}\.safetensors\.\d+\.tmp")


@dataclass(frozen=True, slots=True)
class CropSignature(EncoderSignature):
    """Of crops at places of chance, which lie in a folder of their own and stand for no image."""

    seed: int = 0
    """Of the places."""

    @property
    def folder(self) -> str:
        return f"{self.key}+{_RANDOM_CROPS}"


@dataclass(frozen=True, slots=True, eq=False)
class Shard:
    """A whole shard on disk; the vectors stay there."""

    path: Path
    signature: EncoderSignature
    hashes: NDArray[np.uint8]
    """(images, 32)"""
    place: TensorPlace
    """Of the embeddings, (images, dim), (images, tiles, dim) or (images, crops, dim) float16."""
    stamp: tuple[int, int]
    """Size and time of change, to see that a file of the same name was made anew."""

    def __len__(self) -> int:
        return len(self.hashes)


def shard_number(path: Path) -> int | None:
    """None for a file that is no shard by its name."""
    match = _NAME.fullmatch(path.name)
    return int(match.group(1)) if match else None


def shard_paths(folder: Path) -> list[Path]:
    """In the order they were written."""
    if not folder.is_dir():
        return []
    numbered = [(number, path) for path in folder.iterdir() if (number := shard_number(path)) is not None]
    return [path for _, path in sorted(numbered)]


def remove_left_overs(folder: Path) -> None:
    """Files that a killed writer did not come to rename; only the one writer of a folder may call this."""
    if folder.is_dir():
        for path in folder.iterdir():
            if _LEFT_OVER.fullmatch(path.name):
                path.unlink(missing_ok=True)


def write_shard(
    path: Path, signature: EncoderSignature, hashes: NDArray[np.uint8], embeddings: NDArray[np.float16]
) -> None:
    """Whole or not at all, see `write_tensors`."""
    write_tensors(path, {"embeddings": embeddings, "hashes": hashes}, _metadata(signature), levels=2)


def read_shard(path: Path) -> Shard:
    """Reads the hashes. Raises EnvironmentProblem, in one line, for a shard that cannot be trusted."""
    stamp = file_stamp(path)
    header = read_header(path)
    try:
        signature = _signature(header.metadata)
        embeddings, hashes = header.tensors["embeddings"], header.tensors["hashes"]
    except KeyError as error:
        raise EnvironmentProblem(f"{path.name} is broken: it has no {error}", REMADE) from error
    except ValueError as error:
        raise EnvironmentProblem(f"{path.name} is broken: {error}", REMADE) from error
    if not _fits(signature, embeddings, hashes):
        raise EnvironmentProblem(f"{path.name} is broken: its arrays do not fit its description", REMADE)
    rows = np.empty(hashes.shape, np.uint8)
    read_tensor_into(path, hashes, rows)
    return Shard(path, signature, rows, embeddings, stamp)


def file_stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise Unreadable(f"cannot read {path}: {error.strerror or error}", READABLE) from error
    return status.st_size, status.st_mtime_ns


def same_vectors(one: EncoderSignature, other: EncoderSignature) -> bool:
    """One encoder may go by two names, a hub id and a folder; its vectors are the same."""
    return replace(one, encoder="") == replace(other, encoder="")


def _fits(signature: EncoderSignature, embeddings: TensorPlace, hashes: TensorPlace) -> bool:
    dimensions = 2 if signature.tiles is Tiles.NONE else 3
    return (
        embeddings.dtype == np.float16
        and len(embeddings.shape) == dimensions
        and embeddings.shape[-1] == signature.dim
        and hashes.dtype == np.uint8
        and hashes.shape == (embeddings.shape[0], HASH_BYTES)
    )


def _metadata(signature: EncoderSignature) -> dict[str, str]:
    return {
        "encoder": signature.encoder,
        "key": signature.key,
        "revision": signature.revision,
        "preprocessing": signature.preprocessing,
        "dim": str(signature.dim),
        **_way_of_cutting(signature),
    }


def _way_of_cutting(signature: EncoderSignature) -> dict[str, str]:
    if isinstance(signature, CropSignature):
        return {"tiles": _RANDOM_CROPS, "seed": str(signature.seed)}
    return {"tiles": signature.tiles.value}


def _signature(metadata: Mapping[str, str]) -> EncoderSignature:
    if metadata["tiles"] == _RANDOM_CROPS:
        whole = _signature({**metadata, "tiles": Tiles.FIVE_CROP.value})
        return CropSignature(**asdict(whole), seed=int(metadata["seed"]))
    return EncoderSignature(
        encoder=metadata["encoder"],
        key=metadata["key"],
        revision=metadata["revision"],
        preprocessing=metadata["preprocessing"],
        dim=int(metadata["dim"]),
        tiles=Tiles(metadata["tiles"]),
    )
