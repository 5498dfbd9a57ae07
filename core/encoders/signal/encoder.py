"""The vector of the built-in encoder."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.encoders.base import EncoderInfo, Prepared
from core.encoders.devices import CPU
from core.encoders.signal import regions
from core.encoders.signal.channels import channel_features
from core.encoders.signal.lattice import lattice_features
from core.encoders.signal.noise import noise_features
from core.values import EncoderSignature, Tiles

ID = "signal"
REVISION = "1"
"""Raise it with every change of a value: vectors of two revisions are never mixed."""
DIM = 57


class SignalEncoder:
    """Reads the image while it is prepared, in the decoding threads; `encode` only stacks."""

    input_size: int | None = None
    device = CPU
    batch_size = 32

    def __init__(self, tiles: Tiles = Tiles.NONE) -> None:
        self.signature = signature(tiles)

    def prepare(self, image: Image.Image) -> Prepared:
        return analyse(image)

    def encode(self, batch: Sequence[Prepared]) -> NDArray[np.float16]:
        return np.stack(batch).astype(np.float16)

    def to(self, device: str) -> None:
        """Always on the CPU: the work is done where the image is decoded."""


def analyse(image: Image.Image) -> NDArray[np.float32]:
    """Statistics of one RGB image, each about -1..1.  # (DIM,)"""
    read = regions.read_regions(image)
    planes = np.ascontiguousarray(np.moveaxis(read, -1, 0)).astype(np.float32)  # (3, regions, h, w)
    one = np.ones(3, np.float32)
    return np.concatenate([one, lattice_features(read), noise_features(planes), channel_features(planes)])


def signature(tiles: Tiles) -> EncoderSignature:
    reading = {"regions": regions.LIMIT, "side": regions.SIDE, "resolution": "native"}
    return EncoderSignature(
        encoder=ID,
        key=f"{ID}-{REVISION}",
        revision=REVISION,
        preprocessing=json.dumps(reading, sort_keys=True),
        dim=DIM,
        tiles=tiles,
    )


def info() -> EncoderInfo:
    return EncoderInfo(ID, DIM, available=True, reason="built in")
