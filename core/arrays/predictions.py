"""What a head says of every image: one file per version, memory-mapped when read.

Shapes: images = rows, members = members of the committee, outputs = labels, or 1 for a score head.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import HASH_BYTES
from core.arrays.tensor_file import map_known, write_tensors
from core.errors import REMADE, EnvironmentProblem
from core.values import Head

_DTYPES = {
    "hashes": np.uint8,
    "probabilities": np.float16,
    "members": np.float16,
    "utility": np.float32,
    "order": np.int64,
}


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Row i of every array speaks of the image `hashes[i]`."""

    hashes: NDArray[np.uint8]
    """(images, 32)"""
    probabilities: NDArray[np.float16]
    """(images, outputs): softmax for class, a sigmoid each for tags, value / 10 for score."""
    members: NDArray[np.float16]
    """(images, members, outputs): the same, of each member of the committee."""
    utility: NDArray[np.float32]
    """(images,): the committee's disagreement, higher = ask first."""
    order: NDArray[np.int64]
    """(k,): rows, the head of the disagreement queue; the images after it go by utility."""
    metadata: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.hashes)


def spoken_by(head: Head) -> dict[str, str]:
    """For the metadata: whose predictions they are, its outputs in order, and what it sees images by."""
    labels = ",".join(str(label.label_id) for label in head.labels)
    return {"head_id": str(head.head_id), "labels": labels, "encoder": head.encoder, "tiles": head.tiles.value}


def write_predictions(path: Path, predictions: Predictions, *, lasting: bool = True) -> None:
    """Replaces `path` in one step; without waiting for the disk where it is not to be `lasting`."""
    _check(predictions, path)
    tensors = {name: getattr(predictions, name).astype(dtype, copy=False) for name, dtype in _DTYPES.items()}
    write_tensors(path, tensors, predictions.metadata, lasting=lasting)


def read_predictions(path: Path) -> Predictions:
    """Views on the file: read-only, and paid for as they are touched. Raises EnvironmentProblem for a broken file."""
    views, metadata = map_known(path, _DTYPES)
    predictions = Predictions(**views, metadata=dict(metadata))
    _check(predictions, path)
    return predictions


def _check(predictions: Predictions, path: Path) -> None:
    """The arrays belong together. The order is checked for range too: a wrong row would show a wrong image."""
    hashes, probabilities, members = predictions.hashes, predictions.probabilities, predictions.members
    order = predictions.order
    dimensions = [array.ndim for array in (hashes, probabilities, members, predictions.utility, order)]
    if dimensions != [2, 2, 3, 1, 1]:
        raise EnvironmentProblem(f"{path.name} is broken: arrays of {dimensions} dimensions", REMADE)
    fits = (
        hashes.shape[1] == HASH_BYTES
        and len({len(hashes), len(probabilities), len(members), len(predictions.utility)}) == 1
        and members.shape[2] == probabilities.shape[1]
        and (len(order) == 0 or (order.min() >= 0 and order.max() < len(hashes)))
    )
    if not fits:
        raise EnvironmentProblem(f"{path.name} is broken: its arrays do not belong together", REMADE)
