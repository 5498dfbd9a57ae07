"""An abstract painting: broad brush strokes, bristle by bristle, on woven canvas."""

from __future__ import annotations

import math

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.media.draw.canvas import Colour, Pixels, Sheet, grid, shade
from core.media.draw.palette import harmony, near
from core.media.draw.texture import fractal

_JOINTS = 26


def strokes(rng: Generator, width: int, height: int) -> Pixels:
    colours = harmony(rng, 7)
    washes = 1 + 0.12 * fractal(rng, width, height, 1.6) + 0.03 * fractal(rng, width, height, 0.8)
    pixels: Pixels = (colours[0] * washes[..., None]).astype(np.float32)
    flow = rng.uniform(0, 2 * math.pi)
    for count, broad in ((26, 0.16), (30, 0.07), (26, 0.035)):
        sheet = Sheet(width, height)
        for _ in range(count):
            colour = near(rng, colours[int(rng.integers(1, len(colours)))], 0.07)
            _stroke(rng, sheet, _path(rng, width, height, flow), colour, height * broad * rng.uniform(0.6, 1.3))
        sheet.onto(pixels, light=1 + np.float32(0.06) * fractal(rng, width, height, 0.7))
    _relief(rng, pixels)
    return pixels


def _path(rng: Generator, width: int, height: int, flow: float) -> NDArray[np.float32]:  # (points, 2)
    """A bent line that keeps roughly to the flow of the picture."""
    angle = flow + rng.normal(0, 0.7)
    length = height * rng.uniform(0.2, 0.8)
    start = np.array([rng.uniform(-0.1, 1.0) * width, rng.uniform(-0.1, 1.0) * height])
    turns = angle + np.cumsum(rng.normal(0, 0.11, _JOINTS)) + rng.normal(0, 0.045) * np.arange(_JOINTS)
    steps = np.stack([np.cos(turns), np.sin(turns)], axis=1) * length / _JOINTS
    return (start + np.cumsum(steps, axis=0)).astype(np.float32)


def _stroke(rng: Generator, sheet: Sheet, path: NDArray[np.float32], colour: Colour, broad: float) -> None:
    """Every bristle carries its own tint and runs dry at its own point."""
    along = np.gradient(path, axis=0)
    normals = np.stack([-along[:, 1], along[:, 0]], axis=1)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-6
    bristles = int(np.clip(broad / 1.7, 6, 44))
    for place in np.linspace(-0.5, 0.5, bristles):
        last = int(rng.integers(len(path) * 2 // 3, len(path) + 1))
        line = path[:last] + normals[:last] * broad * (place + rng.normal(0, 0.015))
        sheet.line([(float(x), float(y)) for x, y in line], near(rng, colour, 0.09), broad / bristles * 1.7)


def _relief(rng: Generator, pixels: Pixels) -> None:
    """Thick paint throws small shadows; the weave shows through."""
    height, width, _ = pixels.shape
    columns, rows = grid(width, height)
    thickness = pixels.mean(axis=2)
    slope = np.roll(thickness, (1, 1), (0, 1)) - thickness
    pitch = rng.uniform(3.2, 5.5)
    weave = np.sin(columns * 2 * np.pi / pitch) * np.sin(rows * 2 * np.pi / pitch)
    shade(pixels, (1 + np.clip(1.1 * slope, -0.25, 0.25) + rng.uniform(0.01, 0.045) * weave).astype(np.float32))
