"""Chromatic aberration: red and blue apart from green, everywhere, more towards the corners, or behind the subject.

Shapes: height, width = pixels of the picture.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.media.degrade.background import background
from core.media.degrade.levels import to_bytes


def chromatic_aberration(image: Image.Image, shift: float, *, angle: float = 0.0, kind: str = "whole") -> Image.Image:
    """Red moved by `shift` pixels towards `angle` (radians), blue as far the other way; parts of pixels allowed.

    `radial`: red grows until the corners have moved by `shift` and blue shrinks, or the other way round where `angle`
    points left. `background`: as `whole`, but what stands out from the picture's border keeps its colours.
    """
    pixels = np.asarray(image.convert("RGB"))  # (height, width, 3)
    if kind == "radial":
        outwards = shift if math.cos(angle) >= 0 else -shift
        return Image.fromarray(
            _with(pixels, red=_grown(pixels[..., 0], outwards), blue=_grown(pixels[..., 2], -outwards))
        )
    across, down = shift * math.cos(angle), shift * math.sin(angle)
    moved = _with(pixels, red=_moved(pixels[..., 0], across, down), blue=_moved(pixels[..., 2], -across, -down))
    if kind == "background":
        share = background(image)[..., None]  # (height, width, 1)
        moved = to_bytes(pixels + share * (moved.astype(np.float32) - pixels))
    return Image.fromarray(moved)


def _with(pixels: NDArray[np.uint8], *, red: NDArray[np.uint8], blue: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.stack((red, pixels[..., 1], blue), axis=-1)  # (height, width, 3)


def _moved(channel: NDArray[np.uint8], across: float, down: float) -> NDArray[np.uint8]:  # (height, width)
    """The channel moved right and down; cubic between pixels, edges continued."""
    values = channel.astype(np.float32)
    return to_bytes(_moved_along(_moved_along(values, down, axis=0), across, axis=1))


def _moved_along(values: NDArray[np.float32], shift: float, *, axis: int) -> NDArray[np.float32]:
    whole = math.floor(shift)
    weights = _cubic_weights(shift - whole)
    margin = abs(whole) + 3
    padding = [(margin, margin) if dimension == axis else (0, 0) for dimension in range(2)]
    padded = np.pad(values, padding, mode="edge")
    length = values.shape[axis]
    moved = np.zeros_like(values)
    for tap, weight in zip((-1, 0, 1, 2), weights, strict=True):
        start = margin - whole - tap
        window = slice(start, start + length)
        moved += weight * (padded[window] if axis == 0 else padded[:, window])
    return moved


def _cubic_weights(t: float) -> tuple[float, float, float, float]:
    """Catmull-Rom: at distances -1, 0, 1 and 2 samples back from a point `t` of a sample away."""
    return (
        0.5 * t * (t * (2 - t) - 1),
        1 + t * t * (1.5 * t - 2.5),
        0.5 * t * (1 + t * (4 - 3 * t)),
        0.5 * t * t * (t - 1),
    )


def _grown(channel: NDArray[np.uint8], shift: float) -> NDArray[np.uint8]:  # (height, width)
    """Scaled about the centre so that the corners move outwards by `shift` pixels; edges continued."""
    height, width = channel.shape
    margin = math.ceil(abs(shift)) + 2
    padded = Image.fromarray(np.pad(channel, margin, mode="edge"))
    reach = math.hypot(width, height) / 2
    step = reach / max(reach + shift, 1.0)  # pixels of the source for one of the result
    left, top = margin + width / 2 * (1 - step), margin + height / 2 * (1 - step)
    affine = (step, 0.0, left, 0.0, step, top)
    return np.asarray(
        padded.transform((width, height), Image.Transform.AFFINE, affine, resample=Image.Resampling.BICUBIC)
    )
