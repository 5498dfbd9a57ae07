"""Surfaces with detail at every scale: fractal fields, ridges, wood, ground seen in perspective."""

from __future__ import annotations

import functools

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.media.draw.canvas import Field, grid


def fractal(
    rng: Generator, width: int, height: int, slope: float = 1.1, *, across: float = 1.0, down: float = 1.0
) -> Field:
    """A field of mean 0 and deviation 1 whose amplitude falls with frequency ** -slope; it can be tiled.

    Photographs have a slope of about 1; more is smoother. `across` and `down` stretch the grain along an axis.
    """
    falloff = _falloff(width, height, round(slope, 2), round(across, 2), round(down, 2))
    spectrum = rng.standard_normal((*falloff.shape, 2), np.float32).view(np.complex64)[..., 0] * falloff
    values: Field = np.fft.irfft2(spectrum, (height, width)).astype(np.float32)
    return values / np.float32(values.std() + 1e-9)


def ridge(rng: Generator, width: int, slope: float = 1.4) -> NDArray[np.float32]:  # (w,)
    """The profile of a mountain range, within -1..1; its ends do not meet."""
    length = 2 * width
    frequency = np.fft.rfftfreq(length, 1 / length).astype(np.float32)
    frequency[0] = np.inf
    spectrum = rng.standard_normal((len(frequency), 2), np.float32).view(np.complex64)[:, 0] * frequency**-slope
    profile = np.fft.irfft(spectrum, length)[:width].astype(np.float32)
    profile -= profile.mean()
    return profile / np.float32(np.abs(profile).max() + 1e-9)


def wood(rng: Generator, width: int, height: int) -> Field:
    """Boards with grain along the rows, about -1..1."""
    grain = fractal(rng, width, height, 1.0, across=14)
    wave = fractal(rng, width, height, 1.7, across=5)
    _, rows = grid(width, height)
    rings = np.sin(rows * (0.09 + 0.1 * rng.random()) * 720 / height + 2.4 * wave)
    return (0.45 * grain + 0.4 * rings).astype(np.float32)


def receding(field: Field, horizon: float, *, nearness: float = 1.0) -> Field:
    """The field as ground that recedes to a horizon at row `horizon`; calm above it and far away."""
    height, width = field.shape
    columns, rows = grid(width, height)
    near = np.clip((rows - horizon) / max(1.0, height - horizon), 1e-3, 1)  # (h, 1): 0 far, 1 at the lower edge
    across = ((columns - width / 2) / near * nearness).astype(np.int64) % width
    down = (height * nearness / near).astype(np.int64) % height
    seen: Field = field[np.broadcast_to(down, field.shape), across]
    calmed: Field = (seen * np.sqrt(near) * (rows >= horizon)).astype(np.float32)
    return calmed


@functools.lru_cache(maxsize=24)
def _falloff(width: int, height: int, slope: float, across: float, down: float) -> Field:  # (h, w / 2 + 1)
    columns = np.fft.rfftfreq(width).astype(np.float32)[None, :] * across
    rows = np.fft.fftfreq(height).astype(np.float32)[:, None] * down
    frequency = np.maximum(np.hypot(columns, rows), 1.0 / max(width, height))
    falloff: Field = (frequency**-slope).astype(np.float32)
    falloff[0, 0] = 0
    return falloff
