"""Hills behind hills under a sky, with trees, grass, and sometimes a lake."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.media.draw.canvas import Colour, Field, Pixels, Sheet, grid, lay, mix, shade
from core.media.draw.palette import Mood, any_mood, hsv, near
from core.media.draw.sky import sky
from core.media.draw.texture import fractal, ridge


def landscape(rng: Generator, width: int, height: int) -> Pixels:
    mood = any_mood(rng)
    horizon = rng.uniform(0.35, 0.6) * height
    pixels = sky(rng, width, height, mood, horizon)
    shore = rng.uniform(0.68, 0.82) * height if rng.random() < 0.45 else None
    _hills(rng, pixels, mood, horizon, shore or float(height))
    if shore is not None:
        _lake(rng, pixels, shore)
    if shore is None or rng.random() < 0.5:
        _grass(rng, pixels, mood)
    return pixels


def _hills(rng: Generator, pixels: Pixels, mood: Mood, horizon: float, lowest: float) -> None:
    """From the farthest, pale and smooth, to the nearest, dark and rough."""
    height, width, _ = pixels.shape
    soil = fractal(rng, width, height, 1.0, across=rng.uniform(0.7, 1.6), down=rng.uniform(0.7, 2.2))
    folds = fractal(rng, width, height, 1.6, across=0.7)
    count = int(rng.integers(3, 7))
    hue, drift = rng.uniform(0.16, 0.42), rng.uniform(-0.05, 0.05)
    for layer in range(count):
        nearness = (layer + 1) / count
        line = horizon + (lowest - horizon) * (layer / count) ** 1.2
        line = line - ridge(rng, width, rng.uniform(1.15, 1.6)) * height * rng.uniform(0.04, 0.12) * (1.3 - nearness)
        green = hsv(
            hue + drift * layer, 0.25 + 0.4 * nearness, (0.55 - 0.22 * nearness) * (0.3 + 0.7 * mood.brightness)
        )
        colour = mix(mood.haze, green, 0.2 + 0.8 * nearness)
        if nearness > 0.45 and rng.random() < 0.75:
            _trees(rng, pixels, line, colour, nearness)
        shift = tuple(int(number) for number in rng.integers(0, min(width, height), 2))
        ground = (0.05 + 0.11 * nearness) * np.roll(soil, shift, (0, 1)) + 0.1 * np.roll(folds, shift, (0, 1))
        _hill(pixels, line, colour, ground.astype(np.float32))


def _hill(pixels: Pixels, line: NDArray[np.float32], colour: Colour, ground: Field) -> None:
    """Everything below the line, lightest along the ridge."""
    height, width, _ = pixels.shape
    top = max(0, int(line.min()) - 1)
    _, rows = grid(width, height)
    depth = rows[top:] - line[None, :]  # pixels below the ridge
    light = 1 + ground[top:] + 0.12 * np.exp(-np.maximum(depth, 0) / (0.04 * height))
    paint = colour * light.astype(np.float32)[..., None]
    lay(pixels[top:], paint, np.clip(depth + 0.5, 0, 1).astype(np.float32))


def _trees(rng: Generator, pixels: Pixels, line: NDArray[np.float32], colour: Colour, nearness: float) -> None:
    height, width, _ = pixels.shape
    sheet = Sheet(width, height)
    size = height * (0.012 + 0.06 * nearness**3)
    pointed = rng.random() < 0.6
    density = rng.uniform(0.15, 0.8)
    columns = rng.uniform(-0.02, 1.02, int(density * width / size * 2)) * width
    clumps = ridge(rng, width, 1.0)
    for column in columns:
        place = int(np.clip(column, 0, width - 1))
        if clumps[place] > rng.uniform(-0.6, 0.4):
            tall = size * rng.uniform(0.6, 1.3)
            ink = near(rng, colour * np.float32(0.72), 0.12)
            draw = _conifer if pointed else _broadleaf
            draw(rng, sheet, (float(column), float(line[place]) + 0.2 * tall), tall, ink)
    sheet.onto(pixels, light=1 + np.float32(0.14) * fractal(rng, width, height, 0.7))


def _conifer(rng: Generator, sheet: Sheet, foot: tuple[float, float], tall: float, ink: Colour) -> None:
    x, y = foot
    storeys = int(rng.integers(3, 6))
    for storey in range(storeys):
        low, high = y - tall * storey / storeys * 0.85, y - tall * (storey + 1.6) / (storeys + 0.6)
        half = tall * 0.24 * (1 - 0.75 * storey / storeys)
        sheet.polygon([(x - half, low), (x + half, low), (x, high)], ink * np.float32(0.9 + 0.08 * storey))


def _broadleaf(rng: Generator, sheet: Sheet, foot: tuple[float, float], tall: float, ink: Colour) -> None:
    x, y = foot
    sheet.line([(x, y), (x, y - 0.6 * tall)], ink * np.float32(0.6), tall * 0.06)
    for _ in range(7):
        away, up = rng.normal(0, 0.17) * tall, rng.uniform(0.4, 0.95) * tall
        radius = tall * rng.uniform(0.13, 0.24)
        sheet.ellipse(
            (x + away, y - up), (radius, radius * 0.85), near(rng, ink * np.float32(0.75 + 0.35 * up / tall), 0.1)
        )


def _lake(rng: Generator, pixels: Pixels, shore: float) -> None:
    """Mirrors what is above the shore; ripples widen towards us."""
    height, width, _ = pixels.shape
    first = int(shore)
    rows = np.arange(first, height)
    near_us = (rows - first) / max(1, height - first)  # 0 at the shore
    ripples = fractal(rng, width, height, 0.9, down=9)[first:]
    shift = ripples * (1 + 9 * near_us[:, None])
    mirrored = np.clip(2 * first - rows[:, None] * 1.0 + shift * 1.5 - 1, 0, first - 1).astype(np.int64)
    sideways = np.clip(np.arange(width)[None, :] + shift * 0.4, 0, width - 1).astype(np.int64)
    water = pixels[mirrored, sideways] * np.float32(0.82) + np.array([0.0, 0.012, 0.03], np.float32)
    pixels[first:] = water * (1 + 0.05 * ripples[..., None])
    pixels[first : first + 2] *= np.float32(0.8)


def _grass(rng: Generator, pixels: Pixels, mood: Mood) -> None:
    height, width, _ = pixels.shape
    sheet = Sheet(width, height)
    base = hsv(rng.uniform(0.13, 0.32), rng.uniform(0.35, 0.7), (0.2 + 0.4 * mood.brightness) * rng.uniform(0.8, 1.1))
    profile = height * (0.93 - 0.05 * ridge(rng, width, 1.5))
    for column in rng.uniform(0, width, width // 2):
        foot = profile[int(column)] + rng.uniform(0, 0.12) * height
        tall, lean = height * rng.uniform(0.03, 0.1), rng.normal(0, 0.025) * height
        ink = near(rng, base * np.float32(rng.uniform(0.55, 1.15)), 0.08)
        tip = (float(column) + lean, foot - tall)
        thick = rng.uniform(0.8, 2.4) * height / 720
        sheet.polygon([(float(column) - thick, foot), (float(column) + thick, foot), tip], ink)
    ground = Sheet(width, height)
    outline = [(float(x), float(profile[x])) for x in range(0, width, 4)]
    ground.polygon([(0, height), *outline, (width, height)], base * np.float32(0.5))
    ground.onto(pixels, light=1 + np.float32(0.2) * fractal(rng, width, height, 0.8))
    sheet.onto(pixels)
    columns, rows = grid(width, height)
    shade(pixels, (1 - 0.25 * np.clip((rows - 0.86 * height) / (0.14 * height), 0, 1) + 0 * columns).astype(np.float32))
