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
from core.encoders.signal.blocks import block_features, seam_features
from core.encoders.signal.channels import channel_features
from core.encoders.signal.lattice import lattice_features
from core.encoders.signal.noise import noise_features
from core.encoders.signal.spectrum import scale_features, tone_features
from core.names import BUILT_IN
from core.values import EncoderSignature, Tiles

ID = BUILT_IN
REVISION = "2"
"""Raise it with every change of a value: vectors of two revisions are never mixed."""
DIM = 92
LATTICE = slice(1, 5)
"""The values that say whether a decoder could have made the colours."""


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


LUMA = np.array([0.299, 0.587, 0.114], np.float32)
LIMIT = 2.0
"""No value is larger, so that no single one decides the length of the vector."""
EVIDENCE, SCALE, TONE = np.array([2, 2, 0.5, 0.5], np.float32), np.float32(0.5), np.float32(0.3)
"""Weights: heads measure distance with all values alike, so what tells most counts most and the motif least."""


def analyse(image: Image.Image) -> NDArray[np.float32]:
    """Statistics of one RGB image, each about -1..1, after a constant that keeps lengths alike.  # (DIM,)"""
    read = regions.read_regions(image)
    whole = np.ascontiguousarray(np.moveaxis(read, -1, 0)).astype(np.int16)
    planes = whole.astype(np.float32)  # (3, regions, h, w)
    luma = np.tensordot(LUMA, planes, 1)
    vector = [
        np.ones(1, np.float32),
        lattice_features(read) * EVIDENCE,
        block_features(luma),
        seam_features(luma),
        seam_features(planes[2] - luma),
        noise_features(whole),
        channel_features(planes),
        scale_features(luma) * SCALE,
        tone_features(planes) * TONE,
    ]
    return np.clip(np.concatenate(vector), -LIMIT, LIMIT).astype(np.float32)


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
