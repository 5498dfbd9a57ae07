"""Skies: gradient, clouds, sun or moon, stars."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from core.media.draw.canvas import Pixels, grid, lay, mix, smooth
from core.media.draw.palette import NIGHT, Mood, rgb
from core.media.draw.texture import fractal


def sky(rng: Generator, width: int, height: int, mood: Mood, horizon: float) -> Pixels:
    """The whole picture as sky; the horizon, as a row, is where it is lightest."""
    _, rows = grid(width, height)
    down = np.broadcast_to(smooth(rows, -0.2 * height, horizon), (height, width))
    pixels = mix(mood.sky_high, mood.sky_low, down)
    sun = (rng.uniform(0.1, 0.9) * width, horizon - rng.uniform(0.05, 0.75) * horizon)
    if mood is NIGHT:
        _stars(rng, pixels, horizon)
    _sun(rng, pixels, sun, mood)
    if rng.random() < 0.85:
        _clouds(rng, pixels, mood, horizon)
    return pixels


def _sun(rng: Generator, pixels: Pixels, centre: tuple[float, float], mood: Mood) -> None:
    height, width, _ = pixels.shape
    columns, rows = grid(width, height)
    distance = np.hypot(columns - centre[0], rows - centre[1]) / height
    glow = np.exp(-distance * rng.uniform(4, 9)).astype(np.float32)
    pixels += glow[..., None] * mood.light * np.float32(0.45 * mood.brightness)
    radius = rng.uniform(0.02, 0.05)
    disc = smooth(-distance, -radius - 0.0025, -radius + 0.0025)
    lay(pixels, mood.light * np.float32(1.05), disc)


def _stars(rng: Generator, pixels: Pixels, horizon: float) -> None:
    height, width, _ = pixels.shape
    count = int(width * height / 2500)
    rows, columns = rng.integers(0, max(2, int(horizon)), count), rng.integers(0, width, count)
    brightness = rng.random(count).astype(np.float32) ** 3
    pixels[rows, columns] += brightness[:, None] * np.float32(0.9)


def _clouds(rng: Generator, pixels: Pixels, mood: Mood, horizon: float) -> None:
    height, width, _ = pixels.shape
    _, rows = grid(width, height)
    field = fractal(rng, width, height, rng.uniform(1.35, 1.7), across=rng.uniform(1.8, 3.5))
    cover = smooth(field, rng.uniform(-0.2, 0.7), rng.uniform(1.2, 2.0)) * (1 - smooth(rows, 0.6 * horizon, horizon))
    lit = smooth(field - np.roll(field, -max(2, height // 90), axis=0), -0.45, 0.45)
    dark = mix(mood.sky_low, rgb(0.35, 0.37, 0.42), 0.45) * np.float32(0.55 + 0.45 * mood.brightness)
    bright = mix(mood.light, rgb(1, 1, 1), 0.4) * np.float32(0.35 + 0.65 * mood.brightness)
    lay(pixels, mix(dark, bright, lit), cover.astype(np.float32) * np.float32(rng.uniform(0.6, 0.95)))
