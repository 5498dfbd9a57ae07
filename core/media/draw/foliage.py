"""Leaves and flowers: layer over layer, the farthest out of focus."""

from __future__ import annotations

import math

import numpy as np
from numpy.random import Generator

from core.media.draw.canvas import Colour, Pixels, Points, Sheet, grid, shade, smooth
from core.media.draw.palette import hsv, near, rgb
from core.media.draw.texture import fractal


def foliage(rng: Generator, width: int, height: int) -> Pixels:
    hue, spread = rng.uniform(0.17, 0.38), rng.uniform(0.02, 0.06)
    if rng.random() < 0.25:  # autumn
        hue, spread = rng.uniform(0.03, 0.12), 0.04
    pixels = _ground(rng, width, height, hue)
    layers = int(rng.integers(3, 6))
    for layer in range(layers):
        nearness = (layer + 1) / layers
        _leaves(rng, pixels, (hue, spread), nearness)
        if layer < layers - 1:
            shade(pixels, np.full((height, width), 0.82, np.float32))
    if rng.random() < 0.65:
        _flowers(rng, pixels)
    _sunlight(rng, pixels)
    return pixels


def _ground(rng: Generator, width: int, height: int, hue: float) -> Pixels:
    dark = hsv(hue + 0.03, 0.6, rng.uniform(0.12, 0.3))
    patches = 1 + 0.35 * fractal(rng, width, height, 1.5)
    pixels: Pixels = (dark * np.clip(patches, 0.2, 2)[..., None]).astype(np.float32)
    return pixels


def _leaves(rng: Generator, pixels: Pixels, hues: tuple[float, float], nearness: float) -> None:
    height, width, _ = pixels.shape
    size = height * (0.03 + 0.09 * nearness**1.5) * rng.uniform(0.8, 1.2)
    count = int(np.clip(0.5 * width * height / (size * size), 30, 420))
    slender, lean = rng.uniform(0.16, 0.45), rng.uniform(0, 2 * math.pi)
    sheet = Sheet(width, height)
    for _ in range(count):
        place = rng.uniform(-0.05, 1.05) * width, rng.uniform(-0.05, 1.05) * height
        angle = lean + rng.normal(0, 0.9)
        value = (0.28 + 0.4 * nearness) * rng.uniform(0.6, 1.35)
        ink = hsv(hues[0] + hues[1] * rng.standard_normal(), rng.uniform(0.45, 0.8), value)
        _leaf(sheet, place, (size * rng.uniform(0.7, 1.3), slender), angle, ink)
    veins = 1 + np.float32(0.07 + 0.05 * nearness) * fractal(rng, width, height, 0.8)
    sheet.onto(pixels, blur=(1 - nearness) * 0.007 * height, light=veins)


def _leaf(sheet: Sheet, foot: tuple[float, float], form: tuple[float, float], angle: float, ink: Colour) -> None:
    """A pointed blade in two halves, one in the light, with its midrib."""
    length, slender = form
    along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    steps = np.linspace(0, 1, 9)
    bulge = np.sin(np.pi * steps**0.8) * slender * length

    def edge(sign: float) -> Points:
        return [
            (
                foot[0] + along[0] * t * length + sign * across[0] * b,
                foot[1] + along[1] * t * length + sign * across[1] * b,
            )
            for t, b in zip(steps, bulge, strict=True)
        ]

    tip = edge(0)[-1]
    sheet.polygon([*edge(1), foot], ink)
    sheet.polygon([*edge(-1), foot], ink * np.float32(0.82))
    sheet.line([foot, tip], ink * np.float32(1.25), max(0.6, length * 0.018))


def _flowers(rng: Generator, pixels: Pixels) -> None:
    height, width, _ = pixels.shape
    sheet = Sheet(width, height)
    petal = hsv(
        rng.choice([0.0, 0.08, 0.14, 0.78, 0.9, 0.6]) + 0.02 * rng.standard_normal(), rng.uniform(0.1, 0.8), 0.95
    )
    petals = int(rng.integers(5, 14))
    for _ in range(int(rng.integers(2, 12))):
        centre = rng.uniform(0.05, 0.95) * width, rng.uniform(0.05, 0.95) * height
        size, turn = height * rng.uniform(0.03, 0.1), rng.uniform(0, 7)
        for number in range(petals):
            angle = turn + 2 * math.pi * number / petals
            _leaf(sheet, centre, (size, 0.9 / petals**0.7), angle, near(rng, petal, 0.06))
        sheet.ellipse(centre, (size * 0.24, size * 0.22), near(rng, rgb(0.75, 0.55, 0.12), 0.1))
    sheet.onto(pixels, light=1 + np.float32(0.06) * fractal(rng, width, height, 0.8))


def _sunlight(rng: Generator, pixels: Pixels) -> None:
    """Falls in patches, from one corner."""
    height, width, _ = pixels.shape
    columns, rows = grid(width, height)
    patches = smooth(fractal(rng, width, height, 1.7), -0.8, 1.4)
    slope = float(rng.choice([-1, 1])) * (columns / width - 0.5) - (rows / height - 0.5)
    shade(pixels, (0.72 + 0.55 * patches + 0.3 * slope).astype(np.float32))
