"""What heads that did not see them say of the annotated images: one file per version, memory-mapped when read.

Shapes: images = annotated images of the training, members = members of the committee, outputs = labels, or 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import HASH_BYTES
from core.arrays.tensor_file import map_known, read_header, write_tensors
from core.errors import REMADE, EnvironmentProblem

_DTYPES: dict[str, type] = {
    "hashes": np.uint8,
    "probabilities": np.float16,
    "members": np.float16,
    "targets": np.float32,
}
_GROUPS = "groups"
"""Earlier versions did not note them."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Row i of every array speaks of the image `hashes[i]`, and of it nobody who speaks has learned."""

    hashes: NDArray[np.uint8]
    """(images, 32)"""
    probabilities: NDArray[np.float16]
    """(images, outputs) softmax for class, a sigmoid each for tags, value / 10 for score"""
    members: NDArray[np.float16]
    """(images, members, outputs) the same, of each member of the committee"""
    targets: NDArray[np.float32]
    """(images, outputs) the answers that the version was trained on"""
    groups: NDArray[np.int64] | None = None
    """(images,) which ones were known to be kin then, and shared a fold"""

    def __len__(self) -> int:
        return len(self.hashes)


def write_held_out(path: Path, said: HeldOut) -> None:
    """Replaces `path` in one step."""
    _check(said, path)
    tensors = {name: getattr(said, name).astype(dtype, copy=False) for name, dtype in _DTYPES.items()}
    write_tensors(path, tensors if said.groups is None else tensors | {_GROUPS: said.groups}, {})


def read_held_out(path: Path) -> HeldOut:
    """Views on the file, read-only. Raises EnvironmentProblem for a broken file."""
    dtypes = _DTYPES | ({_GROUPS: np.int64} if _GROUPS in read_header(path).tensors else {})
    views, _ = map_known(path, dtypes)
    said = HeldOut(**views)
    _check(said, path)
    return said


def _check(said: HeldOut, path: Path) -> None:
    """The arrays belong together."""
    n, outputs = len(said.hashes), said.targets.shape[-1]
    fits = (
        said.members.ndim == 3
        and said.hashes.shape == (n, HASH_BYTES)
        and said.targets.shape == said.probabilities.shape == (n, outputs)
        and (said.groups is None or said.groups.shape == (n,))
        and (said.members.shape[0], said.members.shape[2]) == (n, outputs)
    )
    if not fits:
        raise EnvironmentProblem(f"{path.name} is broken: its arrays do not belong together", REMADE)
