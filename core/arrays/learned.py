"""Which images a head that came from elsewhere has learned, as far as its file says: the first bytes of their hashes.

They travel in the head's config, so that a head which comes home is not taken for one that has seen nothing.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import hash_keys
from core.arrays.tensor_file import map_known, write_tensors

_BYTES = 5
"""Two images of a million share so many with a chance of one in a million; then one answer goes unjudged."""
_MOST = 100_000
"""More would not fit a config; such a head is taken to have seen every image."""
_EVERY = "every"


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    keys: NDArray[np.uint64]
    """(images,) rising"""
    every: bool = False
    """It learned from images, and does not say which."""

    def holds(self, hashes: NDArray[np.uint8]) -> NDArray[np.bool_]:  # (n, 32) -> (n,)
        if self.every:
            return np.ones(len(hashes), dtype=np.bool_)
        return np.isin(_keys(hashes), self.keys)


NOTHING = Learned(np.zeros(0, np.uint64))
EVERYTHING = Learned(np.zeros(0, np.uint64), every=True)


def learned_of(hashes: NDArray[np.uint8]) -> Learned:  # (n, 32)
    return Learned(np.unique(_keys(hashes)))


def learned_text(hashes: NDArray[np.uint8]) -> str | None:
    """(n, 32) -> what a config says of them; None where they are too many."""
    if len(hashes) > _MOST:
        return None
    first = np.ascontiguousarray(np.unique(hashes[:, :_BYTES], axis=0))
    return base64.b64encode(first.tobytes()).decode("ascii")


def learned_from(text: str | None, annotations: int | None) -> Learned:
    """By a config. One that counts no annotations is none of ours, and its pictures are not this project's."""
    if text is None:
        return EVERYTHING if annotations else NOTHING
    try:
        raw = np.frombuffer(base64.b64decode(text, validate=True), np.uint8)
        first = raw.reshape(-1, _BYTES)
    except (binascii.Error, ValueError):
        return EVERYTHING
    padded = np.zeros((len(first), 8), np.uint8)
    padded[:, :_BYTES] = first
    return Learned(np.unique(hash_keys(padded)))


def write_learned(path: Path, learned: Learned) -> None:
    write_tensors(path, {"keys": learned.keys.view(np.int64)}, {_EVERY: "yes"} if learned.every else {})


def read_learned(path: Path) -> Learned:
    """Raises EnvironmentProblem for a broken file. Without one nothing was learned."""
    if not path.is_file():
        return NOTHING
    views, metadata = map_known(path, {"keys": np.int64})
    return Learned(views["keys"].view(np.uint64), every=_EVERY in metadata)


def _keys(hashes: NDArray[np.uint8]) -> NDArray[np.uint64]:
    return hash_keys(hashes) & ~np.uint64((1 << 8 * (8 - _BYTES)) - 1)
