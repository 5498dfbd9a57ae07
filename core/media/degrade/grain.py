"""Noise: of the whole colour, of its brightness alone, of its tint alone, or of hue, saturation and value.

Shapes: height, width = pixels of the picture.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from core.media.degrade.levels import to_bytes

NOISES = ("rgb", "luma", "chroma", "hsv")


def noise(image: Image.Image, sigma: float, rng: Generator, *, kind: str = "rgb") -> Image.Image:
    """Gaussian noise of `sigma` levels (of 255).

    `rgb`: drawn for each channel; `luma`: the same for all three; `chroma`: for the two chroma planes; `hsv`: for hue,
    saturation and value, which shows most where colours are strong.
    """
    plain = image.convert("RGB")
    match kind:
        case "chroma":
            return _of_planes(
                plain,
                "YCbCr",
                rng.standard_normal((*_shape(plain), 3), np.float32) * np.array((0, sigma, sigma), np.float32),
            )
        case "hsv":
            return _of_planes(plain, "HSV", rng.standard_normal((*_shape(plain), 3), np.float32) * np.float32(sigma))
        case _:
            channels = 1 if kind == "luma" else 3
            drawn = rng.standard_normal((*_shape(plain), channels), np.float32)  # (height, width, 1 or 3)
            return Image.fromarray(to_bytes(np.asarray(plain) + drawn * np.float32(sigma)))


def _of_planes(image: Image.Image, mode: str, change: NDArray[np.floating]) -> Image.Image:
    """`change` (height, width, 3) added in another colour space; hue goes round, the rest ends at its limits."""
    planes = np.asarray(image.convert(mode)) + change
    if mode == "HSV":
        planes[..., 0] %= 256
    return Image.frombytes(mode, image.size, to_bytes(planes).tobytes()).convert("RGB")


def _shape(image: Image.Image) -> tuple[int, int]:
    return image.height, image.width
