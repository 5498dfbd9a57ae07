"""The map of embeddings that a project keeps: where every image lies, and what places a new one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import HASH_BYTES
from core.arrays.tensor_file import map_known, write_tensors
from core.errors import REMADE, EnvironmentProblem

_DTYPES = {
    "hashes": np.uint8,
    "places": np.float32,
    "centre": np.float32,
    "axes": np.float32,
    "landmarks": np.float32,
    "landmark_places": np.float32,
}


@dataclass(frozen=True, slots=True, eq=False)
class KeptMap:
    hashes: NDArray[np.uint8]
    """(images, 32)"""
    places: NDArray[np.float32]
    """(images, 2)"""
    centre: NDArray[np.float32]
    """(dim,)"""
    axes: NDArray[np.float32]
    """(dim, components)"""
    landmarks: NDArray[np.float32]
    """(landmarks, components)"""
    landmark_places: NDArray[np.float32]
    """(landmarks, 2)"""


def write_map(path: Path, kept: KeptMap) -> None:
    """Replaces `path` in one step."""
    write_tensors(path, {name: getattr(kept, name).astype(dtype, copy=False) for name, dtype in _DTYPES.items()}, {})


def read_map(path: Path) -> KeptMap:
    """Views on the file, read-only. Raises EnvironmentProblem for a broken file."""
    views, _ = map_known(path, _DTYPES)
    kept = KeptMap(**views)
    images, components = len(kept.hashes), kept.axes.shape[-1]
    shapes = {
        "hashes": (images, HASH_BYTES),
        "places": (images, 2),
        "axes": (*kept.centre.shape, components),
        "landmarks": (len(kept.landmarks), components),
        "landmark_places": (len(kept.landmarks), 2),
    }
    finite = all(np.isfinite(getattr(kept, name)).all() for name in ("places", "centre", "axes", "landmark_places"))
    if not finite or any(getattr(kept, name).shape != shape for name, shape in shapes.items()):
        raise EnvironmentProblem(f"{path.name} is broken: its arrays do not belong together", REMADE)
    return kept
