"""Synthetic defects of stated strength: what the demo and the benchmark tell apart, and what `synth` writes.

Every function takes and returns RGB; the strength is in the unit named by the effect. Random choices come from `rng`.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageFilter


@dataclass(frozen=True, slots=True)
class Effect:
    """A defect and the range that its strength is drawn from, evenly."""

    name: str
    title: str
    unit: str
    low: float
    high: float
    whole: bool
    """Whether the strength is a whole number."""
    render: Callable[[Image.Image, float, Generator], Image.Image]

    def draw_strength(self, rng: Generator) -> float:
        if self.whole:
            return float(rng.integers(int(self.low), int(self.high), endpoint=True))
        return float(rng.uniform(self.low, self.high))


def apply(effect: Effect | str, image: Image.Image, rng: Generator) -> tuple[Image.Image, float]:
    """The degraded picture and the strength that was drawn. The same `rng` state gives the same bytes."""
    chosen = EFFECTS[effect] if isinstance(effect, str) else effect
    strength = chosen.draw_strength(rng)
    degraded = chosen.render(image.convert("RGB"), strength, rng)
    degraded.info = {}
    return degraded, strength


def chromatic_aberration(image: Image.Image, shift: float, *, angle: float = 0.0) -> Image.Image:
    """Red moved by `shift` pixels towards `angle` (radians), blue as far the other way; parts of pixels allowed."""
    pixels = np.asarray(image.convert("RGB"))  # (height, width, 3)
    across, down = shift * math.cos(angle), shift * math.sin(angle)
    moved = pixels.copy()
    moved[..., 0] = _moved(pixels[..., 0], across, down)
    moved[..., 2] = _moved(pixels[..., 2], -across, -down)
    return Image.fromarray(moved)


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    """Through a JPEG file of `quality` with halved chroma, as most programs write it."""
    return _through_file(image, "JPEG", quality=quality, subsampling=2)


def webp(image: Image.Image, quality: int) -> Image.Image:
    """Through a lossy WebP file of `quality`."""
    return _through_file(image, "WEBP", quality=quality, method=4)


def noise(image: Image.Image, sigma: float, rng: Generator, *, chroma: bool = True) -> Image.Image:
    """Gaussian noise of `sigma` levels (of 255), drawn for each channel; without `chroma` the same for all three."""
    pixels = np.asarray(image.convert("RGB"))  # (height, width, 3)
    shape = pixels.shape if chroma else (*pixels.shape[:2], 1)
    noisy = pixels + rng.standard_normal(shape, np.float32) * np.float32(sigma)
    return Image.fromarray(_bytes(noisy))


def blur(image: Image.Image, radius: float) -> Image.Image:
    """Gaussian blur of `radius` pixels."""
    return image.convert("RGB").filter(ImageFilter.GaussianBlur(radius))


def resize(image: Image.Image, factor: float) -> Image.Image:
    """Scaled down by `factor` and back up: the size stays, the detail goes."""
    plain = image.convert("RGB")
    small = max(1, round(plain.width / factor)), max(1, round(plain.height / factor))
    return plain.resize(small, Image.Resampling.BICUBIC).resize(plain.size, Image.Resampling.BICUBIC)


def _shifted_somewhere(image: Image.Image, shift: float, rng: Generator) -> Image.Image:
    return chromatic_aberration(image, shift, angle=float(rng.uniform(0, 2 * math.pi)))


EFFECTS: Mapping[str, Effect] = MappingProxyType(
    {
        effect.name: effect
        for effect in (
            Effect("chromatic-aberration", "Chromatic aberration", "px", 1, 3, False, _shifted_somewhere),
            Effect("jpeg", "JPEG", "quality", 50, 95, True, lambda image, q, _: jpeg(image, int(q))),
            Effect("webp", "WebP", "quality", 50, 95, True, lambda image, q, _: webp(image, int(q))),
            Effect("noise", "Noise", "sigma", 2, 10, False, noise),
            Effect("blur", "Blur", "px", 0.8, 3, False, lambda image, radius, _: blur(image, radius)),
            Effect("resize", "Upscaled", "times", 1.5, 4, False, lambda image, factor, _: resize(image, factor)),
        )
    }
)
"""By the name that the command line uses."""


def _through_file(image: Image.Image, picture_format: str, **options: int) -> Image.Image:
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, picture_format, **options)
    with Image.open(buffer, formats=[picture_format]) as written:
        degraded = written.convert("RGB")
    degraded.info = {}
    return degraded


def _moved(channel: NDArray[np.uint8], across: float, down: float) -> NDArray[np.uint8]:  # (height, width)
    """The channel moved right and down; cubic between pixels, edges continued."""
    values = channel.astype(np.float32)
    return _bytes(_moved_along(_moved_along(values, down, axis=0), across, axis=1))


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


def _bytes(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    rounded: NDArray[np.uint8] = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return rounded
